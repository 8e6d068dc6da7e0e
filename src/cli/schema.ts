export interface SchemaFlags {
  /** Whether to print it as a subgraph of Apollo Federation 2 publishes it. */
  readonly federation?: boolean;
}

/** Prints the GraphQL schema in SDL, and nothing else. */
export async function printSchema({ federation }: SchemaFlags): Promise<void> {
  process.stdout.write(federation ? await subgraphSdl() : await sdl());
}

async function sdl(): Promise<string> {
  const { readSdl } = await import('../gateway/graph/sdl.ts');
  return readSdl();
}

async function subgraphSdl(): Promise<string> {
  const { publishedSdl } = await import('../gateway/federation/published-sdl.ts');
  return publishedSdl();
}
