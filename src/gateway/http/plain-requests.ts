import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { errorCodes } from 'fastify';
import type { Logger } from 'pino';
import { parse as parseJson } from 'secure-json-parse';
import { errorText, withRequestId } from './http-errors.ts';
import type { OperationRequest } from './operation-request.ts';
import { requestIdOf } from './request-id.ts';
import { whenClientLeaves } from './when-client-leaves.ts';

interface PlainAnswer {
  readonly status: number;
  readonly text: string;
  /** Apollo's; none where there was no operation. */
  readonly headers?: ReadonlyMap<string, string>;
}

export interface PlainRequestOptions<Context extends object> {
  readonly apollo: ApolloServer<Context>;
  readonly createContext: (request: OperationRequest) => Context;
  /** Longest body that is taken here. */
  readonly requestBytes: number;
  readonly logger: Logger;
  /** Whether the server is about to stop, so that no connection is to be kept. */
  readonly isClosing: () => boolean;
}

/** As Fastify says it. */
const NOT_JSON = new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY().message;

const BUG = 'Something went wrong inside the gateway. The request id finds it in the log.';

/** What a server sends: a program that asks for JSON, and leaves nothing to be negotiated. */
const JSON_TYPES = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);
const ANY_JSON = new Set([undefined, '*/*', 'application/json']);

/**
 * Answers plain requests in front of Fastify: a POST of JSON to `/graphql`, of known and bearable length, without
 * anything that takes deciding (origins, encodings, media types). They are nearly all requests of other servers, and
 * what Fastify does for the rest of the world costs them as much as executing a small operation. Everything else goes
 * on to `next`, and both ways lead to the same answers.
 */
export function plainRequests<Context extends object>(
  options: PlainRequestOptions<Context>,
  next: RequestListener,
): RequestListener {
  return (request, response) => {
    if (options.isClosing() || !isPlain(request, options.requestBytes)) return next(request, response);
    const id = requestIdOf(request.headers);
    answer(options, request, response, id)
      .catch((error: unknown) => {
        options.logger.error({ requestId: id, err: error }, 'a request failed');
        return { status: 500, text: errorText(500, BUG, id) };
      })
      .then((answered) => {
        if (options.isClosing()) response.shouldKeepAlive = false;
        send(response, id, answered);
      });
  };
}

function isPlain({ method, url, headers }: IncomingMessage, requestBytes: number): boolean {
  return (
    method === 'POST' &&
    url === '/graphql' &&
    JSON_TYPES.has(headers['content-type'] ?? '') &&
    ANY_JSON.has(headers.accept) &&
    headers.origin === undefined &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined &&
    Number(headers['content-length']) > 0 &&
    Number(headers['content-length']) <= requestBytes
  );
}

async function answer<Context extends object>(
  { apollo, createContext }: PlainRequestOptions<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<PlainAnswer> {
  const operation = { id, headers: request.headers, whenClientLeaves: whenClientLeaves(response) };
  let body: unknown;
  try {
    body = parseJson(await textOf(request));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status: 400, text: errorText(400, NOT_JSON, id) };
  }
  const headers = new HeaderMap();
  for (const name in request.headers) headers.set(name, String(request.headers[name]));
  const answered = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: async () => createContext(operation),
  });
  if (answered.body.kind !== 'complete') throw new Error('an answer in parts to a plain request');
  const status = answered.status ?? 200;
  const text = status >= 400 ? withRequestId(answered.body.string, id) : answered.body.string;
  return { status, text, headers: answered.headers };
}

function send(response: ServerResponse, id: string, { status, text, headers = OF_JSON }: PlainAnswer): void {
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of headers) response.setHeader(name, value);
  response.writeHead(status, { 'content-length': Buffer.byteLength(text), 'x-request-id': id }).end(text);
}

const OF_JSON: ReadonlyMap<string, string> = new Map([['content-type', 'application/json; charset=utf-8']]);

/** Reads the whole body; its length was checked. Never settles when the client hangs up: nobody is there to answer. */
function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
  });
}
