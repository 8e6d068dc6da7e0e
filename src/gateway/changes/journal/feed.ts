import type { Logger } from 'pino';
import type { Change, JournaledChange, Snapshot } from './change.ts';
import { type ChangeSource, ChangeStream } from './change-stream.ts';
import { cursorOf, placeOf } from './cursor.ts';
import type { Journal, Moment } from './journal.ts';

/** How often to look whether another process has written, in milliseconds. Asking takes some microseconds. */
const LOOK_EVERY_MS = 20;
/** Changes kept in memory, for those who follow closely; whoever is further behind reads the journal. */
const RECENT = 1000;
/** Changes read from the journal in one go. */
const BATCH = 200;
/** Changes that wait for the journal to take writes again, at most. */
const MOST_WAITING = 10_000;
const RETRY_MS = 1000;

/** What a write leaves to be done: its changes, until they are journaled, and then to say that it is over. */
interface Leftover {
  changes: readonly Change[];
  readonly end: () => void;
}

/** How a journal takes writes. */
export interface JournalHealth {
  /** Whether it took the last one. */
  readonly isWritable: boolean;
  /** Changes that wait in memory for it to take them. */
  readonly waiting: number;
  /** Attempts to write it that failed. */
  readonly failures: number;
  /** Changes that were never journaled, since too many waited. */
  readonly lost: number;
}

/**
 * Hands the journal's changes to those who follow them. What is recent is kept once for all of them: a follower costs a
 * place, not a queue.
 */
export class ChangeFeed implements ChangeSource {
  readonly journal: Journal;
  readonly #backlog: number;
  readonly #logger: Logger;
  readonly #streams = new Set<ChangeStream>();
  #recent: JournaledChange[] = [];
  #last: number;
  #looking: NodeJS.Timeout | undefined;
  #waiting: Leftover[] = [];
  #waitingChanges = 0;
  #retrying: NodeJS.Timeout | undefined;
  #failures = 0;
  #lost = 0;

  /** @param backlog by how many changes a follower may fall behind while it does not take the next one. */
  constructor(journal: Journal, backlog: number, logger: Logger) {
    this.journal = journal;
    this.#backlog = backlog;
    this.#logger = logger;
    this.#last = journal.last;
  }

  /** The place of the last change that was handed out. */
  get last(): number {
    return this.#last;
  }

  /** How the journal takes writes, for operators. */
  get health(): JournalHealth {
    return {
      isWritable: this.#retrying === undefined,
      waiting: this.#waitingChanges,
      failures: this.#failures,
      lost: this.#lost,
    };
  }

  /**
   * Journals changes and hands them out. The writes that they tell of are done, whatever becomes of the journal: where it
   * takes no writes, the changes wait in memory, in order, and the log says so.
   *
   * @param end says in the journal that the write is over. Called once the changes are in it, and again until it does not
   *   throw: what has begun there must not stay so, since whoever reads lists waits for it.
   */
  append(changes: readonly Change[], end: () => void = () => {}): void {
    this.#waiting.push({ changes, end });
    this.#waitingChanges += changes.length;
    if (this.#retrying === undefined && this.#flush()) return;
    this.#forgetTooMany();
  }

  /** Writes to the journal's file; null where it takes no writes, which is tried again every second and not here. */
  tryWrite<T>(write: () => T): T | null {
    if (this.#retrying !== undefined) return null;
    try {
      return write();
    } catch (err) {
      this.#noteFailure(err);
      return null;
    }
  }

  /**
   * Journals and hands out what a list shows of changes made elsewhere. What waits was made here, so it goes first.
   * @param since a moment before the list was read.
   * @throws where the journal cannot be written.
   */
  detect(list: string, found: readonly Snapshot[], since: Moment): void {
    if (this.#waiting.length > 0 && !this.#flush())
      throw new Error('The journal of changes cannot be written');
    this.journal.detect(list, found, since);
    this.notice();
  }

  /** Hands out what was added to the journal past this feed. */
  notice(): void {
    if (this.#streams.size > 0) this.#look();
  }

  /**
   * Follows the changes after a cursor; from now on for null.
   *
   * @throws {GraphQLError} for a cursor that nothing can be resumed from.
   */
  follow(after: string | null): ChangeStream {
    const resumed = after === null ? null : placeOf(this.journal, after);
    if (this.#streams.size === 0) this.#begin();
    else this.#look();
    const place = resumed ?? this.#last;
    const stream = new ChangeStream(this, place, this.#backlog, () => {
      this.#streams.delete(stream);
      if (this.#streams.size === 0) clearInterval(this.#looking);
    });
    this.#streams.add(stream);
    return stream;
  }

  /** Gives changes after a place: one or more, or none where there are none yet. */
  after(place: number): readonly JournaledChange[] {
    if (place >= this.#last) return [];
    const first = this.#recent[0];
    if (first === undefined || place < first.place - 1) return this.journal.after(place, BATCH);
    // Places count up by one, but for what failed to be written.
    const guess = Math.min(place - first.place + 1, this.#recent.length - 1);
    let index = guess;
    while (index > 0 && (this.#recent[index - 1]?.place ?? 0) > place) index -= 1;
    return this.#recent.slice(index, index + 1);
  }

  /** Writes the cursor of a place. */
  cursorOf(place: number): string {
    return cursorOf(this.journal, place);
  }

  /** Ends all streams, and closes the journal. */
  close(): void {
    for (const stream of [...this.#streams]) void stream.return();
    clearInterval(this.#looking);
    clearInterval(this.#retrying);
    if (this.#waiting.length > 0) this.#flush();
    this.journal.close();
  }

  #begin(): void {
    this.#recent = [];
    this.#last = this.journal.last;
    this.journal.hasGrown();
    this.#looking = setInterval(() => {
      if (this.journal.hasGrown()) this.#look();
    }, LOOK_EVERY_MS);
  }

  /** Takes over what was written since, by whatever process. */
  #look(): void {
    const before = this.#last;
    for (;;) {
      const changes = this.journal.after(this.#last, BATCH);
      this.#last = changes.at(-1)?.place ?? this.#last;
      this.#recent.push(...changes);
      if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
      if (changes.length < BATCH) break;
    }
    if (this.#last === before) return;
    for (const stream of this.#streams) stream.notice();
  }

  /** Journals all that waits, or as much as can be; tells whether nothing waits any more. */
  #flush(): boolean {
    const changes = this.#waiting.flatMap((leftover) => leftover.changes);
    try {
      if (changes.length > 0) this.journal.append(changes);
      else if (this.#retrying !== undefined) this.#probe();
      for (const leftover of this.#waiting) leftover.changes = [];
      this.#waitingChanges = 0;
      this.notice();
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        next.end();
        this.#waiting.shift();
      }
    } catch (err) {
      this.#noteFailure(err);
      return false;
    }
    if (this.#retrying !== undefined)
      this.#logger.info({ changes: changes.length }, 'The journal of changes is written again');
    clearInterval(this.#retrying);
    this.#retrying = undefined;
    return true;
  }

  /** Writes something that says nothing: it would be over already. */
  #probe(): void {
    const { known } = this.journal;
    known.endWrite(known.beginWrite([], false));
  }

  #noteFailure(err: unknown): void {
    this.#failures += 1;
    if (this.#retrying === undefined) this.#logger.error({ err }, 'The journal of changes cannot be written');
    this.#retrying ??= setInterval(() => this.#flush(), RETRY_MS);
  }

  /** Of what waits, the oldest changes go where it is too much; that their writes are over is said all the same. */
  #forgetTooMany(): void {
    for (const leftover of this.#waiting) {
      if (this.#waitingChanges <= MOST_WAITING) return;
      const lost = leftover.changes.length;
      leftover.changes = [];
      this.#waitingChanges -= lost;
      this.#lost += lost;
      if (lost > 0) this.#logger.error({ lost }, 'Changes are missing from the journal for good');
    }
  }
}
