import { constants } from 'node:os';
import { z } from 'zod';
import type { AccessState } from '../../access/planning/access-state.ts';
import type { PlannedChange } from '../../access/planning/change.ts';
import { changeInput } from '../../access/planning/change-input.ts';
import type { Ask } from './gateway-client.ts';
import { sentence } from './plan-text.ts';
import { ProgressLine } from './progress.ts';

/** Not everything that was planned is done; the message says how far it got, why, and what to do. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError';
}

/** Changes sent at a time: few enough to be done within the time of one operation, on a slow server too. */
const AT_A_TIME = 100;

const APPLY = `mutation ($items: [AccessChangeInput!]!) {
  applyAccessChanges(items: $items, mode: STOP_AT_FIRST_FAILURE) {
    results { status message } userErrors { message }
  }
}`;

const applied = z.object({
  applyAccessChanges: z.object({
    results: z.array(z.object({ status: z.string(), message: z.string().nullable() })).nullable(),
    userErrors: z.array(z.object({ message: z.string() })),
  }),
});

/**
 * Makes changes through a gateway, some at a time, with progress. The first Ctrl-C lets those that were sent finish; a
 * second one does not wait.
 *
 * @param state what the changes were planned for.
 * @throws {ApplyError} a change failed, or the work was interrupted.
 */
export async function applyPlan(
  changes: readonly PlannedChange[],
  state: AccessState,
  ask: Ask,
): Promise<void> {
  const line = new ProgressLine();
  let isInterrupted = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isInterrupted) process.exit(128 + constants.signals[signal]);
    isInterrupted = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    for (let done = 0; done < changes.length; ) {
      line.show(`Applying: ${done} of ${changes.length}`);
      if (isInterrupted) throw stopped(done, changes.length, 'Interrupted.');
      const part = changes.slice(done, done + AT_A_TIME);
      const answer = await ask(APPLY, { items: part.map(changeInput) }, applied).catch((error: unknown) => {
        throw stopped(done, changes.length, error instanceof Error ? error.message : String(error));
      });
      const { results, userErrors } = answer.applyAccessChanges;
      const held = (results ?? []).findIndex(({ status }) => status !== 'APPLIED' && status !== 'UNCHANGED');
      const made = held === -1 ? (results?.length ?? 0) : held;
      done += made;
      const reason = results?.[held];
      // What one operation had no time or calls for is sent again, as long as each gets something done.
      if (made > 0 && (reason === undefined || reason.status === 'SKIPPED')) continue;
      const change = changes[done];
      const what =
        change && reason ? `${sentence(change, state)}: ${reason.message ?? reason.status}` : undefined;
      throw stopped(done, changes.length, what ?? userErrors[0]?.message ?? 'The gateway did nothing.');
    }
  } finally {
    line.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function stopped(done: number, total: number, reason: string): ApplyError {
  return new ApplyError(
    `${reason}\nStopped after ${done} of ${total} changes. Run it again to go on from there.`,
  );
}
