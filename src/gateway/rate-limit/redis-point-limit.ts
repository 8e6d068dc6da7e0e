import type { Redis } from 'ioredis';
import { type Allowance, type PointLimit, pointLimit } from './point-limit.ts';

/**
 * Takes points as `pointLimit` does: where they are not there, none are used. Gives the milliseconds to wait, 0 where
 * they were taken. One step of Redis, so that of two who ask at once only one gets the last points.
 */
const TAKE = `
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local points, allowed = tonumber(ARGV[1]), tonumber(ARGV[2])
if used > 0 and used + points > allowed then return math.max(1, redis.call('PTTL', KEYS[1])) end
if used > 0 then redis.call('INCRBY', KEYS[1], points)
else redis.call('SET', KEYS[1], points, 'PX', ARGV[3]) end
return 0`;

/**
 * Counts in Redis, for all processes together, in the same way as {@link pointLimit}. While Redis does not answer, each
 * process counts for itself: a limit that cannot be shared is better than none, and than no answers.
 *
 * @param name what is counted, to keep it apart from the rest.
 */
export function redisPointLimit(redis: Redis, name: string, allowance: Allowance): PointLimit {
  const { points: allowed, windowMs } = allowance;
  const meanwhile = pointLimit(allowance);
  return {
    async take(key, points) {
      try {
        return Number(await redis.eval(TAKE, 1, `rolegraph:${name}:${key}`, points, allowed, windowMs));
      } catch {
        return meanwhile.take(key, points);
      }
    },
  };
}
