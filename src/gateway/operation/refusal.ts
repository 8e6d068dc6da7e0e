import { HeaderMap } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError } from 'graphql';
import { isBug } from '../graph/kit/errors.ts';
import { UpstreamError } from '../upstream/errors/upstream-error.ts';

/** HTTP statuses of streams that are not opened, by `extensions.code`. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NOT_ACCEPTABLE: 406,
  CURSOR_EXPIRED: 410,
  RATE_LIMITED: 429,
  TOO_MANY_STREAMS: 429,
  UPSTREAM_ERROR: 502,
  UPSTREAM_INVALID_RESPONSE: 502,
  SERVER_SHUTDOWN: 503,
  GATEWAY_FULL: 503,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
};

/** Makes the error for a stream that is not opened, with the HTTP status that tells it where HTTP is spoken. */
export function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: httpOf(code) } });
}

/** Makes it for a token that the upstreams did not vouch for. Anything but an upstream's error is passed on. */
export function tokenRefusal(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  return refusal(error.code === 'FORBIDDEN' ? 'UNAUTHENTICATED' : error.code, error.message);
}

/** Adds the HTTP status to an error that a subscription's own resolver refused with. */
export function withHttpStatus(error: GraphQLError): GraphQLError {
  const original = unwrapResolverError(error);
  const code = original instanceof UpstreamError ? original.code : error.extensions['code'];
  const { nodes, path, originalError, message } = error;
  const extensions = {
    ...error.extensions,
    http: httpOf(isBug(error) ? 'INTERNAL_SERVER_ERROR' : String(code ?? 'BAD_USER_INPUT')),
  };
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions,
  });
}

function httpOf(code: string) {
  const status = STATUS_BY_CODE[code] ?? 500;
  return { status, headers: new HeaderMap(status === 429 || status === 503 ? [['retry-after', '5']] : []) };
}
