import { GraphQLError } from 'graphql';

/**
 * Makes the refusal of an operation that is too large in one way, before anything is read for it.
 *
 * @param setting the limit, by the name of its setting.
 * @param what what there is too much of, in the plural.
 */
export function limitExceeded(setting: string, what: string, most: number): GraphQLError {
  return new GraphQLError(`The operation has more than ${most} ${what}.`, {
    extensions: { code: 'REQUEST_LIMIT_EXCEEDED', limit: setting, most },
  });
}
