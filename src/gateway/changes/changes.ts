import type { Logger } from 'pino';
import { KeyedMutex } from '../graph/kit/keyed-mutex.ts';
import { ChangeFeed } from './journal/feed.ts';
import { type History, SqliteJournal } from './journal/journal.ts';
import { Replicator } from './replication/replicator.ts';

/** How changes are kept and followed. */
export interface ChangesOptions {
  /** The SQLite file of the journal; `:memory:` keeps it no longer than the process. */
  readonly file: string;
  readonly history: History;
  /** By how many changes a follower may fall behind while it does not take the next one. */
  readonly backlog: number;
  /** What becomes of writes that cannot be journaled: they go on, or are refused before they are sent. */
  readonly failures?: 'go-on' | 'refuse';
  /** Null: nobody looks for changes made elsewhere. */
  readonly watch: WatchOptions | null;
  /** Redis, through which replicas share a journal; without it, this one is alone. */
  readonly redisUrl?: string | null;
}

/** How changes that are made elsewhere are looked for. */
export interface WatchOptions {
  /** Milliseconds from one round to the next. */
  readonly everyMs: number;
  /** REST calls of a round, at most, for the grants and keys of single things. */
  readonly calls: number;
}

/** The journal of changes and those who follow it; shared by all operations, and told nothing of their callers. */
export interface Changes {
  readonly feed: ChangeFeed;
  /** Order among the writes of this process. */
  readonly turns: KeyedMutex;
  /** Whether changes that are made elsewhere are looked for, here or by a replica, so that writes have to say when they begin and end. */
  readonly isWatched: boolean;
  /** Whether writes that cannot be journaled are refused. */
  readonly refusesUnjournaled: boolean;
  /** The way to other replicas; null where there are none. */
  readonly link: Replicator | null;
  /** Ends all streams, and closes the journal. */
  close(): Promise<void>;
}

/**
 * Opens the journal of changes.
 * @throws if its file cannot be used.
 */
export function openChanges(
  { file, history, backlog, watch, redisUrl, failures }: ChangesOptions,
  logger: Logger,
): Changes {
  const journal = new SqliteJournal(file, history, Boolean(redisUrl));
  const feed = new ChangeFeed(journal, backlog, logger);
  const link = redisUrl ? new Replicator(redisUrl, journal, history.rows, () => feed.notice(), logger) : null;
  return {
    feed,
    turns: new KeyedMutex(),
    isWatched: watch !== null || link !== null,
    refusesUnjournaled: failures === 'refuse',
    link,
    async close() {
      await link?.close();
      feed.close();
    },
  };
}
