import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationContext } from '../../operation/context.ts';
import type { Streams } from '../../subscriptions/streams.ts';
import type { Progress } from '../../upstream/client/operation.ts';
import { errorText } from '../http/http-errors.ts';
import type { Origins } from '../http/origins.ts';
import { credentialOf } from '../http/request-credential.ts';
import { whenClientLeaves } from '../http/when-client-leaves.ts';
import { writeStream } from './http-stream.ts';
import { LongAnswer } from './long-answer.ts';
import { type Accepted, acceptedBy, type StreamFormat } from './stream-format.ts';

export interface HttpStreamsOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly streams: Streams;
  readonly origins: Origins;
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Makes the handler of requests that accept a stream, and leaves all others to `next`. Everything up to the opening of the
 * stream is Apollo's, so what is refused is refused as everywhere, in JSON; a query or a mutation is answered in JSON if
 * that is accepted, else as the only message of a stream, which begins early if it takes long work.
 */
export function answerStreams(
  options: HttpStreamsOptions,
  next: (request: FastifyRequest, reply: FastifyReply) => unknown,
): (request: FastifyRequest, reply: FastifyReply) => unknown {
  return (request, reply) => {
    const { format, rest } = acceptedBy(request.headers.accept);
    return format ? answer(options, request, reply, format, rest) : next(request, reply);
  };
}

async function answer(
  { apollo, streams, addressOf, origins }: HttpStreamsOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  format: StreamFormat,
  rest: Accepted['rest'],
): Promise<unknown> {
  const { id, headers } = request;
  const credential = credentialOf(request);
  if (!origins.mayStream(request.raw)) {
    reply.code(403).type('application/json; charset=utf-8');
    return errorText(403, 'No stream is opened for pages of this origin', id);
  }
  const httpGraphQLRequest = httpRequestOf(request, rest ?? 'application/json');
  const long = new LongAnswer(reply.raw, format);
  const opened = await streams
    .open(
      {
        id,
        headers,
        credential,
        address: addressOf(request.raw),
        whenClientLeaves: whenClientLeaves(reply.raw),
        // Whoever takes JSON as well is answered in JSON, all at once.
        ...(rest === null && { onLongWork: beginOnce(long, reply) }),
      },
      (context) => apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context }),
    )
    .catch((error: unknown) => {
      if (long.hasBegun) long.fail();
      throw error;
    });
  if ('stream' in opened) {
    reply.hijack();
    return writeStream(reply.raw, headersOf(reply), format, opened.stream, streams.limits);
  }
  const { status = 200, body, headers: answerHeaders } = opened.answer;
  if (body.kind !== 'complete') throw new Error('an answer in parts to a request for a stream');
  if (long.hasBegun) return long.end(JSON.parse(body.string));
  reply.code(status).headers(Object.fromEntries(answerHeaders));
  if (rest !== null || status >= 400) return body.string;
  reply.removeHeader('content-length').type(format.contentType);
  return format.opening + format.message(JSON.parse(body.string)) + format.ending(null);
}

/** Begins an answer with the work that it is about to take long for. */
function beginOnce(long: LongAnswer, reply: FastifyReply): (progress: () => Progress) => void {
  return (progress) => {
    if (long.hasBegun) return;
    reply.hijack();
    long.begin(headersOf(reply), progress);
  };
}

/** What hooks have set on an answer that is written past Fastify. */
function headersOf(reply: FastifyReply): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}

function httpRequestOf(request: FastifyRequest, accept: string): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const name in request.headers) headers.set(name, String(request.headers[name]));
  headers.set('accept', accept);
  return {
    method: request.method,
    headers,
    search: new URL(request.url, 'http://localhost').search,
    body: request.body,
  };
}
