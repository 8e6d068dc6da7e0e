import type { Logger } from 'pino';
import type { Change, JournaledChange, Snapshot } from './change.ts';
import { ChangeStream } from './change-stream.ts';
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

/**
 * Hands the journal's changes to those who follow them. What is recent is kept once for all of them: a follower costs a
 * place, not a queue.
 */
export class ChangeFeed {
  readonly journal: Journal;
  readonly #backlog: number;
  readonly #logger: Logger;
  readonly #streams = new Set<ChangeStream>();
  #recent: JournaledChange[] = [];
  #last: number;
  #looking: NodeJS.Timeout | undefined;
  #waiting: Change[] = [];
  #retrying: NodeJS.Timeout | undefined;

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

  /**
   * Journals changes and hands them out. The writes that they tell of are done, whatever becomes of the journal: where it
   * takes no writes, the changes wait in memory, in order, and the log says so.
   *
   * @returns whether they are journaled already.
   */
  append(changes: readonly Change[]): boolean {
    if (this.#waiting.length === 0 && this.#tryAppend(changes)) return true;
    this.#waiting.push(...changes);
    const lost = this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
    if (lost.length > 0)
      this.#logger.error({ lost: lost.length }, 'Changes are missing from the journal for good');
    this.#retrying ??= setInterval(() => this.#retry(), RETRY_MS);
    return false;
  }

  /**
   * Journals and hands out what a list shows of changes made elsewhere.
   * @param since a moment before the list was read.
   */
  detect(list: string, found: readonly Snapshot[], since: Moment): void {
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
    if (this.#waiting.length > 0) this.#retry();
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

  #tryAppend(changes: readonly Change[]): boolean {
    try {
      this.journal.append(changes);
    } catch (err) {
      this.#logger.error({ err, changes: changes.length }, 'The journal of changes cannot be written');
      return false;
    }
    this.notice();
    return true;
  }

  #retry(): void {
    if (!this.#tryAppend(this.#waiting)) return;
    this.#logger.info({ changes: this.#waiting.length }, 'The journal of changes is written again');
    this.#waiting = [];
    clearInterval(this.#retrying);
    this.#retrying = undefined;
  }
}
