#!/usr/bin/env node
import { run } from './cli/program.ts';

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await run(process.argv);
} catch (error) {
  process.stderr.write(`rolegraph: ${describe(error)}\n`);
  process.exit(1);
}

/** One line for what the user can mend; a bug of ours keeps its stack. */
function describe(error: unknown): string {
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
