import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../schema/', import.meta.url);

/** Reads the public contract, `schema/*.graphql`, as one SDL document: the base first, the rest by name. */
export function readSdl(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  const order = ['base.graphql', ...files.filter((name) => name !== 'base.graphql').sort()];
  return order.map(read).join('\n');
}

/** Reads the contract as a subgraph publishes it: the same, and the keys by which other subgraphs link to it. */
export function readSubgraphSdl(): string {
  return `${readSdl()}\n${read('federation/entities.graphql')}`;
}

/** Reads what a subgraph serves besides what it publishes. */
export function readSubgraphMachinery(): string {
  return read('federation/machinery.graphql');
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}
