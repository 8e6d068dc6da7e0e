import { HIVE_DOCUMENTS, type OwnDocument } from './hive-documents.ts';

/** A server that takes part. */
export interface Contestant {
  /** Short name, for `--servers` and `--flame`. */
  readonly key: string;
  readonly name: string;
  /** What Node runs, for an upstream. */
  readonly args: (upstream: string) => readonly string[];
  /** Documents of its own, by the key of the operation, where it cannot have the common schema. */
  readonly documents?: Readonly<Record<string, OwnDocument>>;
}

const peer = (key: string, name: string): Contestant => ({
  key,
  name,
  args: (upstream) => [`bench/servers/${key}.ts`, upstream],
});

/** All that take part. The first is what ratios refer to, and whose answers the others must give. */
export const CONTESTANTS: readonly Contestant[] = [
  peer('plain-apollo', 'plain Apollo'),
  peer('apollo-fastify', 'Apollo on Fastify'),
  peer('yoga-jit', 'Yoga, graphql-jit'),
  peer('mercurius-jit', 'mercurius, jit'),
  { ...peer('hive-gateway', 'Hive Gateway'), documents: HIVE_DOCUMENTS },
  {
    key: 'rolegraph',
    name: 'Rolegraph',
    args: (url) => ['src/main.ts', 'serve', '--port', '0', '--authorization-url', url, '--workflow-url', url],
  },
  peer('hand-written', 'hand-written'),
];
