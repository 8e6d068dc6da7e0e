#!/usr/bin/env node
import { run } from './cli/program.ts';

try {
  await run(process.argv);
} catch (error) {
  process.stderr.write(`rolegraph: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
