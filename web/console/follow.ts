import { createClient } from 'graphql-ws';
import { endpointOf } from '../initial-state.ts';
import { credentials } from './ask.ts';
import type { ChangesSubscription } from './generated/operations.ts';
import { CHANGES } from './operations.ts';

export type Change = NonNullable<ChangesSubscription['accessChanges']>;

/** Told by `follow`. */
export interface Follower {
  changed(change: Change): void;
  /** Changes arrive from now on; those before, since it was not live, were not told. */
  live(): void;
  /** None arrive until it is live again. */
  ended(why: string): void;
}

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows all changes that may be seen, and begins again when the feed breaks off.
 *
 * @returns stops it.
 */
export function follow({ changed, live, ended }: Follower): () => void {
  let pauseMs = SHORTEST_PAUSE_MS;
  let isStopped = false;
  const client = createClient({
    url: endpointOf('ws'),
    connectionParams: credentials,
    retryAttempts: 0,
    on: { connected: live },
  });

  async function run(): Promise<void> {
    while (!isStopped) {
      const why = await untilEnd();
      if (isStopped) return;
      ended(why);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async function untilEnd(): Promise<string> {
    try {
      for await (const { data, errors } of client.iterate<ChangesSubscription>({ query: CHANGES.text })) {
        if (errors?.[0]) return errors[0].message;
        if (!data?.accessChanges) continue;
        pauseMs = SHORTEST_PAUSE_MS;
        changed(data.accessChanges);
      }
      return 'The feed of changes ended';
    } catch (error) {
      return reasonOf(error);
    }
  }

  void run();
  return () => {
    isStopped = true;
    void client.dispose();
  };
}

/** graphql-ws gives the errors of a refused operation as a list, and the end of a connection as its event. */
function reasonOf(error: unknown): string {
  if (Array.isArray(error) && typeof error[0]?.message === 'string') return error[0].message;
  if (error instanceof CloseEvent && error.reason !== '') return error.reason;
  return 'The gateway cannot be reached';
}
