import { MissingCalls } from './client/missing-calls.ts';
import { UnconfiguredError } from './errors/unconfigured-error.ts';
import { createLongReads } from './reading/long-reads.ts';
import { ReadCosts } from './reading/read-costs.ts';
import { Guard } from './resilience/guard.ts';
import { createResponseReuse } from './response-reuse/response-reuse.ts';
import { NOTHING_SHARED } from './response-reuse/shared-reads.ts';
import type { Upstream } from './upstream.ts';

/**
 * Stands in for an upstream that nobody configured: every call fails with an {@link UnconfiguredError}, at the fields
 * that needed it.
 *
 * @param remedy what to configure, as a sentence.
 */
export function unconfiguredUpstream(name: string, remedy: string): Upstream {
  return {
    name,
    memory: createResponseReuse(0),
    sharedReads: NOTHING_SHARED,
    missingCalls: new MissingCalls(),
    readCosts: new ReadCosts(),
    longReads: createLongReads(),
    guard: new Guard(name, UNGUARDED),
    send: () => ({
      answer: Promise.reject(new UnconfiguredError(name, remedy)),
      isSent: false,
      abort: () => {},
    }),
    close: async () => {},
  };
}

/** Nothing is sent, so nothing fails and nothing waits. */
const UNGUARDED = {
  callMs: 1,
  repeats: 0,
  pauseMs: 0,
  connections: Number.POSITIVE_INFINITY,
  longWorkShare: 100,
  queuedCalls: 0,
};
