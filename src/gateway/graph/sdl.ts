import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../schema/', import.meta.url);

/** Reads the public contract, `schema/*.graphql`, as one SDL document: the base first, the rest by name. */
export function readSdl(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  const order = ['base.graphql', ...files.filter((name) => name !== 'base.graphql').sort()];
  return order.map(read).join('\n');
}

/** Reads what a subgraph of Apollo Federation has besides the contract: what it publishes, or what it only serves. */
export function readFederationSdl(part: 'entities' | 'machinery'): string {
  return read(`federation/${part}.graphql`);
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}
