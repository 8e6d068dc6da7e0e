/** Prints the GraphQL schema in SDL, and nothing else. */
export async function printSchema(): Promise<void> {
  const { readSdl } = await import('../gateway/sdl.ts');
  process.stdout.write(readSdl());
}
