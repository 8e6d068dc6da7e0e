import { GraphQLError } from 'graphql';

/** Makes the refusal of what would be too much for now. */
export function rateLimited(what: string, waitMs: number): GraphQLError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new GraphQLError(`${what} Try again in ${retryAfterSeconds} s.`, {
    extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
  });
}
