import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { RestClient } from '../../upstream/client/client.ts';
import type { Changes, WatchOptions } from '../changes.ts';
import type { Snapshot } from '../journal/change.ts';
import type { ChangeFeed } from '../journal/feed.ts';
import type { Moment } from '../journal/journal.ts';
import type { Replicator } from '../replication/replicator.ts';
import { authorizationLists, engineLists, listsOfOne, type Watched } from './watched-lists.ts';

/** Clients of the gateway's own credentials, for one round; null where it has none for that upstream. */
export interface WatchClients {
  readonly authorization: RestClient | null;
  readonly workflowEngine: RestClient | null;
  /** Makes what is read from now on be asked for anew, and not be taken from a call that began before. */
  readonly forget: () => void;
}

/** Compares a list that was read, unless that is for another replica to do. */
type Look = (isWatcher: boolean) => readonly Snapshot[];

/** Calls under way at once for the grants and keys of single things: what is left is for those who wait for answers. */
const AT_ONCE = 8;

/**
 * Looks for changes that were made around this gateway: reads the lists of each upstream with the gateway's own
 * credential, and compares them with what is known. A round takes one call each for users, groups, roles, applications
 * and gateway configurations, one for each 100 workflows and each 100 requests, and up to `calls` for the grants of each
 * user, group and role and the keys of each application, which take turns where there are more.
 */
export class Watcher {
  readonly #feed: ChangeFeed;
  readonly #options: WatchOptions;
  readonly #clients: (whenStopped: (stop: () => void) => void) => WatchClients;
  readonly #link: Replicator | null;
  readonly #logger: Logger;
  readonly #owner = randomUUID();
  readonly #ended = new AbortController();
  readonly #failed = new Set<string>();
  #turn = 0;
  #stopReads = () => {};
  #watching: Promise<void> | null = null;

  /** @param clients makes the clients of one round. */
  constructor(
    changes: Changes,
    options: WatchOptions,
    clients: (whenStopped: (stop: () => void) => void) => WatchClients,
    logger: Logger,
  ) {
    const { feed, link } = changes;
    this.#link = link;
    this.#feed = feed;
    this.#options = options;
    this.#clients = clients;
    this.#logger = logger;
  }

  /** Begins to look, at once and then at intervals. */
  start(): this {
    this.#watching ??= this.#watch();
    return this;
  }

  /** Ends, with the reads under way. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#stopReads();
    await this.#watching;
    this.#feed.journal.known.release(this.#owner);
  }

  async #watch(): Promise<void> {
    const { everyMs } = this.#options;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const started = performance.now();
      try {
        // One of the processes that share a file; where that dies, another takes over.
        if (this.#feed.journal.known.lease('watch', this.#owner, this.#leaseMs)) {
          await ((await this.#isWatcher()) ? this.round() : this.#learn());
        }
      } catch (err) {
        if (!signal.aborted)
          this.#logger.warn({ err }, 'A round of looking for changes made elsewhere failed');
      }
      const pause = Math.max(0, everyMs - (performance.now() - started));
      await setTimeout(pause, undefined, { signal }).catch(() => {});
    }
  }

  get #leaseMs(): number {
    return 3 * this.#options.everyMs;
  }

  /** Of the replicas, one tells what was changed elsewhere. */
  async #isWatcher(): Promise<boolean> {
    return this.#link?.mayWatch(this.#leaseMs, this.#ended.signal) ?? true;
  }

  /** Looks once. */
  round(): Promise<void> {
    return this.#lookAt(() => true);
  }

  /** Looks at what was not looked at before, so that nothing is missed if this replica is to go on where another ended. */
  #learn(): Promise<void> {
    const { known } = this.#feed.journal;
    return this.#lookAt((list) => !known.knows(list));
  }

  async #lookAt(isWanted: (list: string) => boolean): Promise<void> {
    const clients = this.#clients((stop) => {
      this.#stopReads = stop;
    });
    const { authorization, workflowEngine } = clients;
    const wanted = (lists: readonly Watched[]) => lists.filter(({ list }) => isWanted(list));
    const lists = [
      ...(authorization ? authorizationLists(authorization) : []),
      ...(workflowEngine ? engineLists(workflowEngine) : []),
    ];
    const found = await this.#compare(wanted(lists), clients);
    if (!authorization) return;
    const singles = wanted(found.flatMap((snapshot) => listsOfOne(snapshot, authorization)));
    const inTurn = this.#inTurn(singles);
    for (let index = 0; index < inTurn.length && !this.#ended.signal.aborted; index += AT_ONCE) {
      await this.#compare(inTurn.slice(index, index + AT_ONCE), clients);
    }
  }

  /** Those whose turn it is in this round. */
  #inTurn(all: readonly Watched[]): readonly Watched[] {
    const { calls } = this.#options;
    if (all.length <= calls) return all;
    const start = this.#turn % all.length;
    this.#turn = start + calls;
    return [...all.slice(start), ...all.slice(0, start)].slice(0, calls);
  }

  /** Reads lists at the same time, and tells what differs from what is known. Gives what was found. */
  async #compare(lists: readonly Watched[], { forget }: WatchClients): Promise<readonly Snapshot[]> {
    if (lists.length === 0) return [];
    const looks = await Promise.all(lists.map((watched) => this.#look(watched, forget)));
    // Changes of other replicas may be on their way; and while this one waits for them, another may take over.
    await this.#link?.settled(this.#ended.signal);
    const isWatcher = await this.#isWatcher();
    return looks.flatMap((look) => look?.(isWatcher) ?? []);
  }

  /**
   * Reads a list. One that cannot be read leaves the others alone; that is logged once.
   * @returns what compares it, and gives what was found; null where it was not read.
   */
  async #look({ list, read }: Watched, forget: () => void): Promise<Look | null> {
    const since = { at: Date.now(), place: this.#feed.journal.last };
    forget();
    try {
      const found = await read();
      return (isWatcher) => this.#detect(list, found, since, isWatcher);
    } catch (err) {
      this.#noteFailure(list, err);
      return null;
    }
  }

  #detect(list: string, found: readonly Snapshot[], since: Moment, isWatcher: boolean): readonly Snapshot[] {
    try {
      if (isWatcher || !this.#feed.journal.known.knows(list)) this.#feed.detect(list, found, since);
      this.#failed.delete(list);
      return found;
    } catch (err) {
      this.#noteFailure(list, err);
      return [];
    }
  }

  #noteFailure(list: string, err: unknown): void {
    if (!this.#failed.has(list) && !this.#ended.signal.aborted)
      this.#logger.warn({ err, list }, 'Changes made elsewhere cannot be looked for');
    this.#failed.add(list);
  }
}
