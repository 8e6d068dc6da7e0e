import type { Logger } from 'pino';
import type { ChangeFeed } from '../../changes/journal/feed.ts';
import type { Observer } from '../../operation/observation/observed-operation.ts';
import type { Guard } from '../../upstream/resilience/guard.ts';
import { GatewayMetrics } from '../metrics/gateway-metrics.ts';
import { GuardMetrics } from '../metrics/guard-metrics.ts';
import { JournalMetrics } from '../metrics/journal-metrics.ts';
import { processMetrics } from '../metrics/process-metrics.ts';
import { type AdminOptions, startAdminServer } from './admin-server.ts';
import { Readiness } from './readiness.ts';

/** What operators see of a gateway. */
export interface Admin {
  /** Where they look, without a path; null: nowhere. */
  readonly url: string | null;
  readonly readiness: Readiness;
  /** Those who must see operations for that. */
  readonly observers: readonly Observer[];
  /** Lets operators see how the calls to an upstream are getting on. */
  watch(guard: Guard): void;
  /** Lets operators see how the journal of changes is getting on. */
  watchJournal(feed: ChangeFeed): void;
  close(): Promise<void>;
}

/**
 * Opens the admin port, before the gateway listens.
 *
 * @throws if it is taken.
 */
export async function openAdmin({
  admin,
  logger,
}: {
  readonly admin?: AdminOptions | null;
  readonly logger: Logger;
}): Promise<Admin> {
  const readiness = new Readiness();
  if (!admin)
    return {
      url: null,
      readiness,
      observers: [],
      watch: () => {},
      watchJournal: () => {},
      close: async () => {},
    };
  const metrics = new GatewayMetrics();
  const guards = new GuardMetrics();
  const journal = new JournalMetrics();
  const server = await startAdminServer(admin, {
    readiness,
    journal: () => journal.state,
    metrics: async () => metrics.text() + guards.text() + journal.text() + (await processMetrics()),
    logger,
  });
  return {
    url: server.url,
    readiness,
    observers: [metrics],
    watch: (guard) => guards.add(guard),
    watchJournal: (feed) => journal.watch(feed),
    close: server.close,
  };
}
