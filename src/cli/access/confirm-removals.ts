import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Difference } from '../../access/description/difference.ts';

/** How it is made sure that what is taken away is meant. */
export interface RemovalFlags {
  /** Whether nobody has to be asked. */
  readonly yes?: boolean;
  /** Most changes that may take something away. */
  readonly maxRemovals: number;
}

/** Something would be taken away that nobody has said to mean; the message says how to say so. */
export class RemovalsError extends Error {
  override readonly name = 'RemovalsError';
}

/**
 * Makes sure that what a plan takes away is meant: asks on a terminal, and wants `--yes` where there is none.
 *
 * @throws {RemovalsError} it is more than may be taken away at once, or nobody says yes.
 */
export async function confirmRemovals(
  { removals, changes }: Difference,
  { yes = false, maxRemovals }: RemovalFlags,
): Promise<void> {
  if (removals.length === 0) return;
  const what = `${removals.length} of ${changes.length} ${changes.length === 1 ? 'change' : 'changes'} take something away`;
  if (removals.length > maxRemovals) {
    throw new RemovalsError(
      `${what}, and at most ${maxRemovals} may: nothing was done. If all of it is meant, add --max-removals ${removals.length}`,
    );
  }
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new RemovalsError(
      `${what}, and there is no terminal to ask on: nothing was done. If it is meant, add --yes`,
    );
  }
  if ((await ask(`${what}. Type yes to go on: `)) !== 'yes') throw new RemovalsError('Nothing was done.');
}

/** Asks on the terminal; Ctrl-C and Ctrl-D are an empty answer. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = once(terminal, 'close').then(() => '');
  try {
    return (await Promise.race([terminal.question(question).catch(() => ''), closed])).trim();
  } finally {
    terminal.close();
  }
}
