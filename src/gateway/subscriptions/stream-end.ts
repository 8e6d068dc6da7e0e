import type { GraphQLFormattedError } from 'graphql';

/** Why a stream ends that neither its client nor its source has ended: the `extensions.code` of its last message. */
export type StreamEndCode = keyof typeof MESSAGES;

const MESSAGES = {
  UNAUTHENTICATED: 'The token is not accepted any more; subscribe again with a new one',
  FORBIDDEN: 'Rights of the subscriber were taken away; subscribe again for what it may still see',
  SERVER_SHUTDOWN: 'The gateway stops; subscribe again',
  SLOW_CONSUMER: 'Messages were not taken fast enough; subscribe again',
  UNCHECKED_EVENT: 'An event could not be checked with the subscriber’s token; subscribe again',
} as const;

/** Ends a stream from within the execution of an event. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  readonly code: StreamEndCode;

  constructor(code: StreamEndCode) {
    super(MESSAGES[code]);
    this.code = code;
  }
}

/**
 * Writes the error that a stream ends with.
 *
 * @param cursor where to go on; null where the stream has no places.
 */
export function streamEndError(
  code: StreamEndCode,
  cursor: string | null,
  requestId: string,
): GraphQLFormattedError {
  const message = cursor === null ? MESSAGES[code] : `${MESSAGES[code]}, from the cursor`;
  return { message, extensions: { code, requestId, ...(cursor !== null && { cursor }) } };
}
