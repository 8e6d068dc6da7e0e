import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type Allowance, type PointLimit, pointLimit } from './point-limit.ts';
import { redisPointLimit } from './redis-point-limit.ts';

/** How much callers may use. */
export interface Allowances {
  /** Points that one caller may use; null: no limit. */
  readonly rateLimit: Allowance | null;
  /** Sign-ins that one address may attempt; null: no limit. */
  readonly signInLimit: Allowance | null;
}

export interface PointLimitsOptions extends Allowances {
  /** Where all processes count together; null: each counts for itself. */
  readonly redisUrl: string | null;
}

/** What each caller may use. */
export interface PointLimits {
  readonly operations: PointLimit;
  readonly signIns: PointLimit;
  /** Allows something else from now on. Whoever is counted by an allowance that has changed begins anew. */
  adjust(allowances: Allowances): void;
  close(): Promise<void>;
}

const WITHOUT_LIMIT: PointLimit = { take: () => 0 };

/** An operation does not wait longer than this to be counted. */
const LONGEST_WAIT_MS = 200;

/** Makes the counters of a gateway. */
export function openPointLimits(options: PointLimitsOptions, logger: Logger): PointLimits {
  const redis = options.redisUrl === null ? null : connect(options.redisUrl, logger);
  const limit = (name: string, allowance: Allowance | null) => {
    if (!allowance) return WITHOUT_LIMIT;
    return redis ? redisPointLimit(redis, name, allowance) : pointLimit(allowance);
  };
  let allowed: Allowances = options;
  let operations = limit('points', options.rateLimit);
  let signIns = limit('sign-ins', options.signInLimit);
  return {
    get operations() {
      return operations;
    },
    signIns: { take: (keys, points) => signIns.take(keys, points) },
    adjust({ rateLimit, signInLimit }) {
      if (!isDeepStrictEqual(rateLimit, allowed.rateLimit)) operations = limit('points', rateLimit);
      if (!isDeepStrictEqual(signInLimit, allowed.signInLimit)) signIns = limit('sign-ins', signInLimit);
      allowed = { rateLimit, signInLimit };
    },
    async close() {
      redis?.disconnect();
    },
  };
}

/** Connects for as long as the gateway runs, again and again; an outage is logged once. */
function connect(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    commandTimeout: LONGEST_WAIT_MS,
  });
  let isOut = false;
  redis.on('error', ({ message }: Error) => {
    if (!isOut) logger.warn({ reason: message }, 'Redis does not answer: each process counts for itself');
    isOut = true;
  });
  redis.on('ready', () => {
    if (isOut) logger.info('Redis answers again');
    isOut = false;
  });
  return redis;
}
