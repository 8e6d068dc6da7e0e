import type { IncomingMessage, ServerResponse } from 'node:http';
import { compressed, isCompressible } from './compression.ts';

export interface PlainAnswerOptions {
  /** Whether the server is about to stop, so that no connection is to be kept. */
  readonly isClosing: () => boolean;
  /** Whether long answers are made shorter for clients that ask for it. */
  readonly compression: boolean;
}

/** An answer to a plain request. */
export interface PlainAnswer {
  readonly status: number;
  readonly text: string;
  /** Apollo's; none where there was no operation. */
  readonly headers?: ReadonlyMap<string, string>;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** The headers of an answer that Apollo had nothing to say about. */
export const OF_JSON: ReadonlyMap<string, string> = new Map([['content-type', JSON_TYPE]]);

/** Sends an answer; a long one in a shorter form, where that is allowed and the client asks for it. */
export function sendPlain(
  options: PlainAnswerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  answered: PlainAnswer,
): Promise<void> | undefined {
  if (options.compression && isCompressible(answered.text, answered.headers?.get('cache-control'))) {
    return sendShorter(options, request, response, id, answered);
  }
  send(options, response, id, answered, answered.text);
  return undefined;
}

/** Sends an answer compressed where the client asks for that, so that it may well be another answer for another client. */
async function sendShorter(
  options: PlainAnswerOptions,
  { headers: { 'accept-encoding': accepted } }: IncomingMessage,
  response: ServerResponse,
  id: string,
  answered: PlainAnswer,
): Promise<void> {
  const shorter = await compressed(answered.text, accepted);
  const also = ['vary', 'Accept-Encoding', ...(shorter ? ['content-encoding', shorter.encoding] : [])];
  send(options, response, id, answered, shorter?.body ?? answered.text, also);
}

function send(
  { isClosing }: PlainAnswerOptions,
  response: ServerResponse,
  id: string,
  { status, headers = OF_JSON }: PlainAnswer,
  body: string | Buffer,
  also: readonly string[] = [],
): void {
  if (isClosing()) response.shouldKeepAlive = false;
  // As a flat list Node writes headers as they are, without keeping them first.
  const all = ['x-request-id', id, 'content-length', String(Buffer.byteLength(body))];
  if (!headers.has('cache-control')) all.push('cache-control', 'no-store');
  all.push('x-content-type-options', 'nosniff', ...also);
  for (const [name, value] of headers) all.push(name, value);
  response.writeHead(status, all).end(body);
}
