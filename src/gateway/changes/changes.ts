import type { Logger } from 'pino';
import { Turns } from '../turns.ts';
import { ChangeFeed } from './feed.ts';
import { type History, SqliteJournal } from './journal.ts';

/** How changes are kept and followed. */
export interface ChangesOptions {
  /** The SQLite file of the journal; `:memory:` keeps it no longer than the process. */
  readonly file: string;
  readonly history: History;
  /** By how many changes a follower may fall behind while it does not take the next one. */
  readonly backlog: number;
  /** Null: nobody looks for changes made elsewhere. */
  readonly watch: WatchOptions | null;
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
  readonly turns: Turns;
  /** Whether changes that are made elsewhere are looked for, so that writes have to say when they begin and end. */
  readonly isWatched: boolean;
  /** Ends all streams, and closes the journal. */
  close(): void;
}

/**
 * Opens the journal of changes.
 * @throws if its file cannot be used.
 */
export function openChanges({ file, history, backlog, watch }: ChangesOptions, logger: Logger): Changes {
  const feed = new ChangeFeed(new SqliteJournal(file, history), backlog, logger);
  return { feed, turns: new Turns(), isWatched: watch !== null, close: () => feed.close() };
}
