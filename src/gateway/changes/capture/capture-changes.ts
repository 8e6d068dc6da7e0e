import { GraphQLError } from 'graphql';
import type { GraphContext } from '../../graph/context.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import type { Changes } from '../changes.ts';
import type { Snapshot } from '../journal/change.ts';
import type { ChangeCapture } from './change-capture.ts';
import { blindDifferences, type Difference, differences, keyOf, type Sight } from './differences.ts';

/** The context of a mutation whose changes are journaled. */
interface CaptureContext extends GraphContext {
  /** The journal of changes; null where none is kept. */
  readonly changes: Changes | null;
  /** Makes a context for what is still to be looked at when the budget or the time may be used up. */
  next(whenClientLeaves: (leave: () => void) => void): GraphContext;
}

/**
 * Runs a mutation, and journals what it changed before its answer is given. Where the journal is off, nothing is looked
 * at.
 *
 * @throws {GraphQLError} `JOURNAL_UNAVAILABLE` where writes that cannot be journaled are refused: before they are sent.
 * @param write the mutation's own resolver.
 */
export async function captureChanges<P>(
  capture: ChangeCapture,
  args: object,
  context: CaptureContext,
  write: () => Promise<P>,
): Promise<P> {
  const { changes } = context;
  if (!changes || capture.isDry?.(args)) return write();
  const keys = capture.things(args, null).map(keyOf);
  return changes.turns.take(keys, async () => {
    const [before, actor] = await Promise.all([seenBefore(capture, args, context), context.actor()]);
    const at = context.now();
    const end = begin(changes, keys, capture);
    let found: readonly Difference[] = [];
    try {
      const payload = await write();
      found = await foundAfter(capture, args, context, before, payload);
      return payload;
    } catch (error) {
      if (mayHaveWritten(error)) found = await foundAfterFailure(capture, args, context, before);
      throw error;
    } finally {
      // A write stays begun until its changes are journaled; otherwise the watcher would report them a second time.
      changes.feed.append(
        found.map((difference) => ({ ...difference, actor, at, source: 'OBSERVED' })),
        end,
      );
    }
  });
}

/** Tells the watcher of a write, before it and after. That the file takes it shows that the write can be journaled. */
function begin(
  { isWatched, refusesUnjournaled, feed }: Changes,
  keys: readonly string[],
  capture: ChangeCapture,
): () => void {
  if (!isWatched && !refusesUnjournaled) return () => {};
  const { known } = feed.journal;
  const reachesFurther = capture.reachesFurther ?? false;
  const id = feed.tryWrite(() => known.beginWrite(keys, reachesFurther));
  if (id !== null) return () => known.endWrite(id);
  if (!refusesUnjournaled) return known.rememberWrite(keys, reachesFurther);
  throw new GraphQLError('The journal of changes cannot be written, so this was not sent. Try again soon.', {
    extensions: { code: 'JOURNAL_UNAVAILABLE' },
  });
}

async function seenBefore(capture: ChangeCapture, args: object, context: GraphContext): Promise<Sight> {
  if (capture.does === 'CREATES') return [];
  return see(() => capture.lookBefore?.(args, context) ?? capture.look(args, context, null));
}

async function foundAfter(
  capture: ChangeCapture,
  args: object,
  context: GraphContext,
  before: Sight,
  payload: unknown,
): Promise<readonly Difference[]> {
  if (typeof payload !== 'object' || payload === null || isRefused(payload)) return [];
  const after = capture.does === 'DELETES' ? [] : await see(() => capture.look(args, context, payload));
  return before && after
    ? differences(before, after)
    : blindDifferences(capture.things(args, payload), before, after);
}

/** A write without an answer may have been done. That it was is only told where it can be seen. */
async function foundAfterFailure(
  capture: ChangeCapture,
  args: object,
  context: CaptureContext,
  before: Sight,
): Promise<readonly Difference[]> {
  if (!before || capture.does === 'CREATES') return [];
  const later = context.next(() => {});
  const after = await see(() => capture.lookBefore?.(args, later) ?? capture.look(args, later, null));
  return after ? differences(before, after) : [];
}

async function see(look: () => Promise<readonly Snapshot[]>): Promise<Sight> {
  try {
    return await look();
  } catch {
    // Who may write but not read, or an upstream that fails: the write decides what the client is told.
    return null;
  }
}

function isRefused(payload: object): boolean {
  const userErrors: unknown = Reflect.get(payload, 'userErrors');
  return Array.isArray(userErrors) && userErrors.length > 0;
}

/** Codes of failures after which a write may have been done all the same. */
const OPEN_OUTCOMES: ReadonlySet<string> = new Set([
  'OUTCOME_UNKNOWN',
  'UPSTREAM_ERROR',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

function mayHaveWritten(error: unknown): boolean {
  return error instanceof UpstreamError && OPEN_OUTCOMES.has(error.code);
}
