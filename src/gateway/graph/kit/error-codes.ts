/** What a client makes of an error. */
export interface ErrorCode {
  /** What happened, a sentence or two. */
  readonly meaning: string;
  /** Whether the same operation is worth sending again, and when. */
  readonly retry: string;
}

const NO = 'No.';
const AFTER_CHANGE = 'Not unchanged: the operation is at fault.';
const LATER = 'Yes, after a pause that grows.';

/**
 * Every `extensions.code` that the endpoint answers with. `docs/errors.md` is written from it, and tests keep any other
 * code from being used.
 */
export const ERROR_CODES = {
  BAD_REQUEST: {
    meaning: 'The HTTP request is not one of GraphQL over HTTP.',
    retry: AFTER_CHANGE,
  },
  GRAPHQL_PARSE_FAILED: {
    meaning: 'The document is no GraphQL.',
    retry: AFTER_CHANGE,
  },
  GRAPHQL_VALIDATION_FAILED: {
    meaning: 'The document does not fit the schema.',
    retry: AFTER_CHANGE,
  },
  OPERATION_RESOLUTION_FAILURE: {
    meaning: 'The document holds no operation of the name that was sent, or several and no name was sent.',
    retry: AFTER_CHANGE,
  },
  BAD_USER_INPUT: {
    meaning: 'A variable or an argument has a value that is not taken.',
    retry: AFTER_CHANGE,
  },
  REQUEST_LIMIT_EXCEEDED: {
    meaning:
      'The document or its variables are larger in one way than is taken: `limit` names the setting, `most` is its value. Nothing was done.',
    retry: AFTER_CHANGE,
  },
  COST_LIMIT_EXCEEDED: {
    meaning:
      'The operation would cost more points (`estimatedCost`) than one may (`costLimit`). Nothing was done.',
    retry: 'With smaller pages, or fewer fields below them.',
  },
  PERSISTED_QUERY_ID_REQUIRED: {
    meaning: 'Operations are taken by the ids of persisted ones only (`persistedOperations` is `id-only`).',
    retry: 'With the id in place of the document.',
  },
  QUERY_NOT_IN_SAFELIST: {
    meaning:
      'The document is none of the persisted operations, and others are not taken (`persistedOperations` is `allow-listed`).',
    retry: NO,
  },
  PERSISTED_QUERY_NOT_FOUND: {
    meaning: 'The endpoint does not know a document of this hash or id.',
    retry: 'Yes, with the document.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    meaning: 'The endpoint keeps no documents.',
    retry: 'Yes, with the document and without its hash.',
  },
  PAYLOAD_TOO_LARGE: {
    meaning: 'The body is longer than `requestBytes`.',
    retry: AFTER_CHANGE,
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request did not arrive within `headersMs` and `requestMs`. Nothing was done.',
    retry: 'Yes.',
  },
  URI_TOO_LONG: {
    meaning: 'The URL is longer than the server takes.',
    retry: 'Yes, as a POST.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    meaning: 'The body is of a type that is not taken.',
    retry: 'Yes, as `application/json`.',
  },
  MISDIRECTED_REQUEST: {
    meaning:
      'The request names a host that the gateway does not answer to (`allowedHosts`). Nothing was done.',
    retry: 'Yes, by a host that is allowed.',
  },
  HEADERS_TOO_LARGE: {
    meaning: 'The headers are longer than the server takes.',
    retry: AFTER_CHANGE,
  },
  UNAUTHENTICATED: {
    meaning: 'There is no token, or one that is not understood, or the upstream takes it no longer.',
    retry: 'Yes, with another token.',
  },
  FORBIDDEN: {
    meaning: 'The upstream knows the caller, and the caller may not do this.',
    retry: NO,
  },
  NOT_FOUND: {
    meaning: 'There is no such URL; or a call behind a field needs something that is not there.',
    retry: NO,
  },
  RATE_LIMITED: {
    meaning:
      'The upstream, or the gateway, gets too many calls from this caller: `docs/limits.md`. Nothing was done.',
    retry: 'Yes, after `retryAfterSeconds` where they are told, else after a pause that grows.',
  },
  UPSTREAM_ERROR: {
    meaning: 'The upstream says that it failed; `upstreamStatus` is what it said. A write was not done.',
    retry: LATER,
  },
  UPSTREAM_UNAVAILABLE: {
    meaning:
      'The upstream cannot be reached, hung up on a read, or its circuit is open since it kept failing (`retryAfterSeconds`). A write was not sent.',
    retry: LATER,
  },
  UPSTREAM_OVERLOADED: {
    meaning: 'So many calls wait for the upstream that no further one is taken. It was not sent.',
    retry: LATER,
  },
  UPSTREAM_TIMEOUT: {
    meaning: 'The upstream did not answer in time. A write was not sent.',
    retry: LATER,
  },
  UPSTREAM_INVALID_RESPONSE: {
    meaning: 'The upstream reported success in an answer that cannot be read.',
    retry: 'Rarely of use: the upstream and the gateway do not fit.',
  },
  UPSTREAM_BUDGET_EXCEEDED: {
    meaning:
      'The operation needs more REST calls than one may make (`restCalls`, for long work `longRestCalls`). What was read before is answered.',
    retry: AFTER_CHANGE,
  },
  OUTCOME_UNKNOWN: {
    meaning:
      'A write was sent and its answer was lost, and nothing proves whether it was done. It was done once or not at all, never twice.',
    retry:
      'Look first. A mutation that sets something (`upsert…`, `update…`, `delete…`, `add…`, `remove…`, `grant…`) may be sent again as it is.',
  },
  NOT_ACCEPTABLE: {
    meaning: 'A subscription was asked for in a way in which no stream can be answered.',
    retry: 'Yes, with an `Accept` header for streams, or over a WebSocket.',
  },
  TOO_MANY_STREAMS: {
    meaning:
      'The token holds `streamsPerCaller` subscriptions or sockets, or the socket runs `streamsPerSocket` operations.',
    retry: 'Yes, when another one has ended.',
  },
  GATEWAY_FULL: {
    meaning: 'The gateway holds as many subscriptions as it may (`streams`).',
    retry: LATER,
  },
  SLOW_CONSUMER: {
    meaning: 'The stream ended because its client did not take its messages. `cursor` tells where to go on.',
    retry: 'Yes, from the cursor.',
  },
  UNCHECKED_EVENT: {
    meaning:
      'The stream ended because the upstream could not be asked whether an event may be seen. Nothing was left out before `cursor`.',
    retry: 'Yes, from the cursor.',
  },
  SERVER_SHUTDOWN: {
    meaning:
      'The stream ended, or was not opened, because the gateway stops; `cursor` tells where to go on. Or long work was not finished for it: nothing was written.',
    retry: 'Yes, a stream from the cursor.',
  },
  CURSOR_EXPIRED: {
    meaning: 'Changes after the cursor are no longer known; `beginAt` is the oldest cursor that can be used.',
    retry: 'Yes, from `beginAt` or without a cursor, after reading again what is shown.',
  },
  JOURNAL_UNAVAILABLE: {
    meaning:
      'The journal of changes cannot be written, and writes that cannot be journaled are refused (`journalFailures`). Nothing was sent.',
    retry: LATER,
  },
  CHANGES_NOT_KEPT: {
    meaning: 'This gateway keeps no changes, so none can be followed.',
    retry: NO,
  },
  CANCELLED: {
    meaning: 'The client left before the operation was done. Only logs see it.',
    retry: NO,
  },
  INTERNAL_SERVER_ERROR: {
    meaning: 'A bug in the gateway. The log tells more under the `requestId`.',
    retry: 'Once; then report it.',
  },
} as const satisfies Readonly<Record<string, ErrorCode>>;

/** An `extensions.code` of this endpoint. */
export type ErrorCodeName = keyof typeof ERROR_CODES;
