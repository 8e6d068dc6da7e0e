import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Allowance, type PointLimit, pointLimit } from './point-limit.ts';

/**
 * Counts in Redis, for all processes together. While that does not answer, each process counts for itself: a limit that
 * cannot be shared is better than none, and than no answers.
 *
 * @param name what is counted, to keep it apart from the rest.
 */
export function redisPointLimit(redis: Redis, name: string, allowance: Allowance): PointLimit {
  const { points: allowed, windowMs } = allowance;
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `rolegraph:${name}`,
    points: allowed,
    duration: windowMs / 1000,
    // Who has used up all is refused without asking again.
    inMemoryBlockOnConsumed: allowed + 1,
    rejectIfRedisNotReady: true,
  });
  const meanwhile = pointLimit(allowance);
  return {
    async take(key, points) {
      try {
        // More than there is at all is taken once from a full allowance, or it could never be.
        await limiter.consume(key, Math.min(points, allowed));
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        return meanwhile.take(key, points);
      }
    },
  };
}
