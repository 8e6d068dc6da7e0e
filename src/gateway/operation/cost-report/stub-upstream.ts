import { MissingCalls } from '../../upstream/client/missing-calls.ts';
import { createLongReads } from '../../upstream/reading/long-reads.ts';
import { ReadCosts } from '../../upstream/reading/read-costs.ts';
import { Guard } from '../../upstream/resilience/guard.ts';
import { createResponseReuse } from '../../upstream/response-reuse/response-reuse.ts';
import { NOTHING_SHARED } from '../../upstream/response-reuse/shared-reads.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { StubWorld } from './stub-world.ts';

/**
 * Stands in for an upstream that nobody calls: each call is told, and answered as it would be in an imagined world.
 *
 * @param told of each call, by its method and its path without ids.
 */
export function stubUpstream(name: string, world: StubWorld, told: (call: string) => void): Upstream {
  return {
    name,
    memory: createResponseReuse(0),
    sharedReads: NOTHING_SHARED,
    missingCalls: new MissingCalls(),
    readCosts: new TimelessReadCosts(),
    longReads: createLongReads(),
    guard: new Guard(name, UNGUARDED),
    send({ method, path, body }) {
      told(`${method} ${path.route}`);
      const answered = Buffer.from(JSON.stringify(world.answer(method, path.route, path.text, body)));
      return {
        answer: Promise.resolve({
          status: 200,
          contentType: 'application/json',
          retryAfter: undefined,
          body: answered,
        }),
        isSent: true,
        abort: () => {},
      };
    },
    close: async () => {},
  };
}

/** Nothing fails, and nothing waits. */
const UNGUARDED = {
  callMs: 600_000,
  repeats: 0,
  pauseMs: 0,
  connections: Number.POSITIVE_INFINITY,
  longWorkShare: 100,
  queuedCalls: 0,
};

/** What is only imagined takes no time, or the same operation would be explained in another way on a slower machine. */
class TimelessReadCosts extends ReadCosts {
  override sawList(kind: string, records: number): void {
    super.sawList(kind, records, 0);
  }

  override sawSingles(kind: string, bytes: number): void {
    super.sawSingles(kind, bytes, 0);
  }
}
