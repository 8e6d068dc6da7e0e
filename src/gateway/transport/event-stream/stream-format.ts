import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { messageText } from '../../subscriptions/message-text.ts';
import type { Progress } from '../../upstream/client/operation.ts';

/** How the messages of one operation are written into the body of an HTTP response. */
export interface StreamFormat {
  readonly contentType: string;
  /** What the body begins with. */
  readonly opening: string;
  /** What is sent when there was nothing to say for a while. */
  readonly heartbeat: string;
  message(result: FormattedExecutionResult): string;
  /** What says how far the work is, to whoever looks at the body: no client takes it for a message. */
  progress(progress: Progress): string;
  /** What the body ends with. An error says why the stream ended before its time. */
  ending(error: GraphQLFormattedError | null): string;
}

/** Server-sent events as the protocol of graphql-sse has them, "distinct connections mode". */
const EVENT_STREAM: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  progress: ({ done, known }) => `: ${done} of ${known} REST calls\n\n`,
  message: (result) => `event: next\ndata: ${messageText(result)}\n\n`,
  ending: (error) => `${error ? EVENT_STREAM.message({ errors: [error] }) : ''}event: complete\ndata:\n\n`,
};

const DELIMITER = '\r\n--graphql';

/**
 * Apollo's protocol of subscriptions over multipart HTTP. A part is complete for its reader when the delimiter follows,
 * so that is sent along. Errors that end the stream stand beside the payload, not in it.
 */
const MULTIPART: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: DELIMITER,
  heartbeat: part('{}'),
  progress: () => MULTIPART.heartbeat,
  message: (result) => part(`{"payload":${messageText(result)}}`),
  ending: (error) => `${error ? part(JSON.stringify({ payload: null, errors: [error] })) : ''}--\r\n`,
};

function part(json: string): string {
  return `\r\nContent-Type: application/json\r\n\r\n${json}${DELIMITER}`;
}

/** What a client accepts: a format for streams, if any, and what it takes for everything else. */
export interface Accepted {
  readonly format: StreamFormat | null;
  /** The `Accept` header without types of streams; null where it held nothing else. */
  readonly rest: string | null;
}

/** Reads an `Accept` header. Of two formats the one that is named first is taken. */
export function acceptedBy(accept: string | undefined): Accepted {
  const types = (accept ?? '').split(',').map((type) => type.trim());
  const rest = types.filter((type) => formatOf(type) === null && !type.startsWith('multipart/mixed'));
  const format = types.map(formatOf).find((known) => known !== null) ?? null;
  return { format, rest: rest.join(', ') || null };
}

function formatOf(type: string): StreamFormat | null {
  const name = type.toLowerCase();
  if (name.startsWith('text/event-stream')) return EVENT_STREAM;
  return name.startsWith('multipart/mixed') && name.includes('subscriptionspec') ? MULTIPART : null;
}
