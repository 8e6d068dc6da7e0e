import type { Redis } from 'ioredis';
import { type Allowance, type PointLimit, pointLimit } from './point-limit.ts';

/**
 * Takes points as `pointLimit` does: where they are not there, none are used. Gives the milliseconds to wait, 0 where
 * they were taken. One step of Redis, so that of two who ask at once only one gets the last points.
 */
const TAKE = `
local points, allowed = tonumber(ARGV[1]), tonumber(ARGV[2])
local function usedOf(key) return tonumber(redis.call('GET', key) or '0') end
local wait = 0
for _, key in ipairs(KEYS) do
  local used = usedOf(key)
  if used > 0 and used + points > allowed then wait = math.max(wait, 1, redis.call('PTTL', key)) end
end
if wait > 0 then return wait end
for _, key in ipairs(KEYS) do
  if usedOf(key) > 0 then redis.call('INCRBY', key, points)
  else redis.call('SET', key, points, 'PX', ARGV[3]) end
end
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
    async take(keys, points) {
      const names = keys.map((key) => `rolegraph:${name}:${key}`);
      try {
        return Number(await redis.eval(TAKE, names.length, ...names, points, allowed, windowMs));
      } catch {
        return meanwhile.take(keys, points);
      }
    },
  };
}
