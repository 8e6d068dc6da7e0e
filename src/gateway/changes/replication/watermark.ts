import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { SqliteJournal } from '../journal/journal.ts';

/** Says how far a replica is, and gives the time in return. KEYS: all replicas. ARGV: its id, epoch milliseconds. */
const SAY = `
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  return redis.call('TIME')
`;

/** How often a replica says how far it is, in milliseconds. */
const SAY_EVERY_MS = 100;
const ASK_EVERY_MS = 25;
/** A replica is waited for that often, while Redis answers: a minute, in which a killed one is back. */
const MOST_QUESTIONS = 2400;

/**
 * Lets whoever has read a list know that everything which shows in it and was written by any replica is in this one's
 * copy of the journal. Each replica says up to which time, by the clock of Redis, what it wrote is in the shared journal;
 * one that died, or does not reach Redis, has said an earlier time, and is waited for.
 */
export class Watermark {
  readonly #redis: Redis;
  readonly #journal: SqliteJournal;
  readonly #replicas: string;
  readonly #lastPlace: string;
  /** A moment by both clocks: that of Redis was no earlier. Null before Redis has told its time. */
  #clock: { readonly redis: number; readonly local: number } | null = null;
  #saidAt = -Infinity;

  /**
   * @param replicas key of what the replicas say.
   * @param lastPlace key of the last place in the shared journal.
   */
  constructor(redis: Redis, journal: SqliteJournal, replicas: string, lastPlace: string) {
    this.#redis = redis;
    this.#journal = journal;
    this.#replicas = replicas;
    this.#lastPlace = lastPlace;
  }

  /**
   * The time, in epoch milliseconds of this machine, before which no write began that is not in the outbox, or was. To be
   * asked for before the outbox is read, and said when all that is in it was sent.
   */
  moment(): number {
    return this.#journal.known.oldestWrite() ?? Date.now();
  }

  /** Says that all that was written before a moment has been sent. */
  async say(moment: number): Promise<void> {
    if (performance.now() - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = performance.now();
    const until = this.#clock ? this.#clock.redis + moment - this.#clock.local : 0;
    const now = await this.#redis.eval(SAY, 1, this.#replicas, this.#journal.outbox.owner, until);
    this.#clock = { redis: milliseconds(now), local: Date.now() };
  }

  /** Waits until what all replicas have written before now is in the copy. A replica that is gone is waited for once. */
  async reached(signal: AbortSignal): Promise<void> {
    const now = milliseconds(await this.#redis.time());
    let questions = 0;
    for (;;) {
      const said = await this.#redis.hgetall(this.#replicas);
      const behind = Object.keys(said).filter((replica) => Number(said[replica]) < now);
      if (behind.length === 0) break;
      questions += 1;
      if (questions === MOST_QUESTIONS) await this.#redis.hdel(this.#replicas, ...behind);
      await setTimeout(ASK_EVERY_MS, undefined, { signal });
    }
    const last = Number((await this.#redis.get(this.#lastPlace)) ?? 0);
    while (this.#journal.last < last) await setTimeout(ASK_EVERY_MS, undefined, { signal });
  }

  /** Nobody is to wait for this replica, which writes nothing any more. */
  async leave(): Promise<void> {
    const isEmpty = this.#journal.outbox.after(0, 1).length === 0;
    if (isEmpty && this.#redis.status === 'ready')
      await this.#redis.hdel(this.#replicas, this.#journal.outbox.owner);
  }
}

/** Reads the answer of Redis to `TIME`: seconds, and microseconds besides. */
function milliseconds(time: unknown): number {
  const [seconds, micros] = time as [string, string];
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}
