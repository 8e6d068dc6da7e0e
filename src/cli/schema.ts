export interface SchemaFlags {
  /** Whether to print it as a subgraph of Apollo Federation 2 publishes it. */
  readonly federation?: boolean;
}

/** Prints the GraphQL schema in SDL, and nothing else. */
export async function printSchema({ federation }: SchemaFlags): Promise<void> {
  const { readSdl, readSubgraphSdl } = await import('../gateway/sdl.ts');
  process.stdout.write(federation ? readSubgraphSdl() : readSdl());
}
