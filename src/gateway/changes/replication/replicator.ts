import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { SharedChange, SqliteJournal } from '../journal/journal.ts';
import { Watermark } from './watermark.ts';

/** One hash slot, so that a cluster takes the script. */
const PREFIX = '{rolegraph}:';
const STREAM = `${PREFIX}changes`;
const LAST = `${PREFIX}last`;
const JOURNAL = `${PREFIX}journal`;
const WATCHER = `${PREFIX}watcher`;
const REPLICAS = `${PREFIX}replicas`;

/**
 * Takes a change into the shared journal once: gives it the next place, or the place it has. Places go on above what
 * the sender has copied, also where Redis has lost its data.
 *
 * KEYS: stream, last place, name of the change. ARGV: id, change, last place of the sender, length of the history,
 * seconds to know the change for.
 */
const TAKE = `
  local known = redis.call('GET', KEYS[3])
  if known then return known end
  local place = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])) + 1
  local id = string.format('%.0f-0', place)
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], id, 'id', ARGV[1], 'change', ARGV[2])
  redis.call('SET', KEYS[2], string.format('%.0f', place))
  redis.call('SET', KEYS[3], string.format('%.0f', place), 'EX', ARGV[5])
  return string.format('%.0f', place)
`;

/** A sender that is unsure whether a change arrived asks again within that time. */
const KNOWN_FOR_SECONDS = 30 * 24 * 3600;
const BATCH = 200;
/** How often to look into the outbox, in milliseconds; asking takes some microseconds. */
const LOOK_EVERY_MS = 10;
/** Redis answers a reader that long after it asked when nothing comes. */
const WAIT_MS = 1000;
/** Who links a file to Redis does so for that long from each time it says so. */
const LEASE_MS = 3000;
/** How long a Redis that goes away at that very moment may keep this replica from ending. */
const LEAVE_MS = 500;

/**
 * Links this replica's copy of the journal with the one that all replicas share, a Redis stream: sends what is in the
 * outbox, and copies what comes. As long as Redis is away, changes stay in the outbox; they are followed, everywhere and
 * in the same order, once it is back.
 */
export class Replicator {
  readonly #journal: SqliteJournal;
  readonly #historyRows: number;
  readonly #logger: Logger;
  readonly #notify: () => void;
  readonly #redis: Redis;
  readonly #reader: Redis;
  readonly #watermark: Watermark;
  readonly #owner = randomUUID();
  readonly #ended = new AbortController();
  readonly #running: Promise<unknown>;
  #isAway = false;

  /** @param notify told when changes were copied. */
  constructor(url: string, journal: SqliteJournal, historyRows: number, notify: () => void, logger: Logger) {
    this.#journal = journal;
    this.#historyRows = historyRows;
    this.#logger = logger;
    this.#notify = notify;
    // Every call may be sent again: reading is harmless, and TAKE knows what it has taken.
    const options = {
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(times * 50, 1000),
    };
    this.#redis = new Redis(url, options);
    this.#reader = new Redis(url, options);
    this.#watermark = new Watermark(this.#redis, journal, REPLICAS, LAST);
    for (const redis of [this.#redis, this.#reader]) redis.on('error', (err) => this.#noteAway(err));
    this.#redis.on('ready', () => this.#noteBack());
    this.#running = Promise.all([this.#keepGoing(() => this.#send()), this.#keepGoing(() => this.#copy())]);
  }

  /** Tells whether this replica is the one that looks for changes made elsewhere, and keeps it so for a while. */
  mayWatch(forMs: number, signal: AbortSignal): Promise<boolean> {
    return until(signal, this.#leaseWatch(forMs));
  }

  /** Waits until what all replicas have written before now is in the copy here. */
  settled(signal: AbortSignal): Promise<void> {
    return until(signal, this.#watermark.reached(signal));
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.race([this.#watermark.leave(), setTimeout(LEAVE_MS)]);
    this.#redis.disconnect();
    this.#reader.disconnect();
    await this.#running;
    this.#journal.known.release(this.#owner);
  }

  async #leaseWatch(forMs: number): Promise<boolean> {
    if (this.#redis.status !== 'ready') return false;
    const held = await this.#redis.set(WATCHER, this.#owner, 'PX', forMs, 'NX');
    if (held === 'OK') return true;
    if ((await this.#redis.get(WATCHER)) !== this.#owner) return false;
    await this.#redis.pexpire(WATCHER, forMs);
    return true;
  }

  /** One of the processes that share the file does the work; the others find in the file what it copies. */
  async #keepGoing(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    // A call that waits for Redis to come back never ends by itself.
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    while (!signal.aborted) {
      try {
        if (this.#journal.known.lease('link', this.#owner, LEASE_MS)) await Promise.race([work(), ended]);
        else await setTimeout(LEASE_MS / 4, undefined, { signal });
      } catch (err) {
        if (signal.aborted) return;
        this.#logger.warn({ err }, 'Changes cannot be shared with other replicas; trying again');
        await setTimeout(LEASE_MS / 4, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #send(): Promise<void> {
    const { outbox } = this.#journal;
    // What was sent and has not come back yet is not sent again while the connection holds.
    let turn = 0;
    const renewAt = performance.now() + LEASE_MS / 2;
    while (performance.now() < renewAt && !this.#ended.signal.aborted) {
      const moment = this.#watermark.moment();
      const outgoing = outbox.after(turn, BATCH);
      for (const { turn: next, id, change } of outgoing) {
        const rows = String(this.#historyRows);
        const keys = [STREAM, LAST, `${PREFIX}taken:${id}`] as const;
        await this.#redis.eval(TAKE, 3, ...keys, id, change, this.#journal.last, rows, KNOWN_FOR_SECONDS);
        turn = next;
      }
      if (outgoing.length < BATCH) await this.#watermark.say(moment);
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: this.#ended.signal });
    }
  }

  async #copy(): Promise<void> {
    await this.#reader.set(JOURNAL, this.#journal.id, 'NX');
    this.#journal.follow((await this.#reader.get(JOURNAL)) ?? this.#journal.id);
    const from = `${this.#journal.last}-0`;
    const streams = await this.#reader.xread('COUNT', BATCH, 'BLOCK', WAIT_MS, 'STREAMS', STREAM, from);
    const entries = streams?.[0]?.[1] ?? [];
    if (entries.length === 0) return;
    this.#journal.copy(entries.map(sharedChange));
    this.#notify();
  }

  #noteAway(err: Error): void {
    if (!this.#isAway) this.#logger.error({ err }, 'Redis is away: changes wait in the outbox');
    this.#isAway = true;
  }

  #noteBack(): void {
    if (this.#isAway) this.#logger.info('Redis is back: changes are shared again');
    this.#isAway = false;
  }
}

/** Waits for something at most until a signal: a call that waits for Redis to come back never ends by itself. */
async function until<T>(signal: AbortSignal, pending: Promise<T>): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  // A signal that has been given is not given again.
  if (signal.aborted) end();
  try {
    return await Promise.race([pending, ended]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Entries are named by their places, and hold what {@link TAKE} put into them. */
function sharedChange([name, fields]: [name: string, fields: string[]]): SharedChange {
  const [, id = '', , change = ''] = fields;
  return { place: Number(name.split('-')[0]), id, change };
}
