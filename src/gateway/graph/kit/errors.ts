import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import { withoutValues } from './fault-message.ts';

/** Makes the error for a value that the client program should not have sent. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT } });
}

/** What a client sees of a bug; the rest is in the log, under the request id. */
export const MASKED = 'Something went wrong inside the gateway. The request id finds it in the log.';

/**
 * Tells whether an error is a bug of ours rather than something that was meant to be shown: an upstream's failure,
 * a GraphQL error with a code, or Apollo's or graphql's complaint about what the client sent.
 */
export function isBug(error: unknown): boolean {
  const original = unwrapResolverError(error);
  if (original instanceof UpstreamError) return false;
  return !(
    original instanceof GraphQLError &&
    ('code' in original.extensions || isAboutRequest(original) || isAboutInput(original))
  );
}

/** Apollo gives no code to some of what it refuses before there is a document, but the HTTP status of a client's fault. */
function isAboutRequest({ extensions: { http } }: GraphQLError): boolean {
  const status = typeof http === 'object' && http !== null && 'status' in http ? Number(http.status) : 0;
  return status >= 400 && status < 500;
}

/**
 * graphql gives its own errors no code. It finds faults in arguments as late as a resolver's call, and points at the
 * value; for a result that does not fit the schema it points at the field, or nowhere.
 */
function isAboutInput({ nodes }: GraphQLError): boolean {
  return nodes?.some(({ kind }) => kind !== Kind.FIELD) ?? false;
}

/**
 * Writes an error as clients see it, by the table of the schema conventions ("Errors"): a code, the upstream's
 * status where there was one, and never a stack, a URL or a body.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  if (isBug(error)) {
    return { ...where, message: MASKED, extensions: { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR } };
  }
  const original = unwrapResolverError(error);
  if (original instanceof UpstreamError) {
    return { ...where, message: original.message, extensions: upstreamExtensions(original) };
  }
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  const hasCode = original instanceof GraphQLError && 'code' in original.extensions;
  const isRequest = original instanceof GraphQLError && isAboutRequest(original);
  const ownCode = isRequest ? ApolloServerErrorCode.BAD_REQUEST : ApolloServerErrorCode.BAD_USER_INPUT;
  const code = hasCode ? extensions['code'] : ownCode;
  return { ...where, message: withoutValues(formatted.message), extensions: { ...extensions, code } };
}

/** Like {@link formatError}, but tells nothing of a schema that clients are not to know. */
export function withoutSuggestions(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const told = formatError(formatted, error);
  return { ...told, message: told.message.replace(/ Did you mean [\s\S]*\?$/, '') };
}

function upstreamExtensions(error: UpstreamError): Record<string, unknown> {
  const { code, status, retryAfterSeconds } = error;
  return {
    code,
    ...(status !== undefined && { upstreamStatus: status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}
