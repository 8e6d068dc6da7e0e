import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ApolloServer, type GraphQLRequest, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import { errorCodes } from 'fastify';
import type { Logger } from 'pino';
import { NestedTooDeep } from '../../../http/json-depth.ts';
import { repeatedHeader } from '../../../http/repeated-headers.ts';
import { readCredential, type SentCredential } from '../../credentials/sent-credential.ts';
import type { Admission } from '../../operation/admission/admission.ts';
import type { Caller } from '../../operation/admission/rate-limit/caller.ts';
import type { Executor } from '../../operation/execution/executor.ts';
import { resultText } from '../../operation/execution/result-text.ts';
import type { ObservedOperation } from '../../operation/observation/observed-operation.ts';
import { CALLS_HEADER } from '../../operation/observation/upstream-trace-header.ts';
import type { OperationRequest } from '../../operation/operation-request.ts';
import { JSON_TYPE, OF_JSON, type PlainAnswer, type PlainAnswerOptions, sendPlain } from './fast-answer.ts';
import { graphQLRequestOf } from './graphql-request.ts';
import { errorText, withRequestId } from './http-errors.ts';
import { parseJsonBody } from './json-body.ts';
import { requestIdOf } from './request-id.ts';
import { whenClientLeaves } from './when-client-leaves.ts';

/** Made for one operation of somebody. */
export interface OfCaller {
  readonly caller: Caller;
  /** Who is told how it ended; undefined if nobody looks. */
  readonly observed?: ObservedOperation | undefined;
  /** What is wrong with what was read, and no field can tell. */
  readonly reported: ReadonlySet<unknown>;
  /** Whether the plan of the operation has failed: graphql-js is to execute it. */
  planFailed: boolean;
}

export interface PlainRequestOptions<Context extends OfCaller> extends PlainAnswerOptions {
  readonly apollo: ApolloServer<Context>;
  /** What Apollo executes operations with. */
  readonly executor: Pick<Executor, 'planOfText'>;
  /** Says which of those that are executed past Apollo may be. */
  readonly admission: Pick<Admission, 'admitKnown'>;
  readonly createContext: (request: OperationRequest) => Context;
  /** Longest body that is taken here. */
  readonly requestBytes: number;
  readonly logger: Logger;
  readonly addressOf: (request: IncomingMessage) => string;
}

/** As Fastify says it. */
const NOT_JSON = new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY().message;

const BUG = 'Something went wrong inside the gateway. The request id finds it in the log.';

const IN_PARTS = new Error('an answer in parts to a plain request');

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
export function plainRequests<Context extends OfCaller>(
  options: PlainRequestOptions<Context>,
  next: RequestListener,
): RequestListener {
  return (request, response) => {
    if (options.isClosing() || !isPlain(request, options.requestBytes)) return next(request, response);
    const credential = credentialOf(request);
    if (credential === undefined) return next(request, response);
    const id = requestIdOf(request.headers);
    answer(options, request, response, credential, id)
      .catch((error: unknown): PlainAnswer => {
        options.logger.error({ requestId: id, err: error }, 'a request failed');
        return { status: 500, text: errorText(500, BUG, id) };
      })
      .then((answered) => sendPlain(options, request, response, id, answered));
  };
}

function isPlain({ method, url, headers }: IncomingMessage, requestBytes: number): boolean {
  return (
    method === 'POST' &&
    url === '/graphql' &&
    JSON_TYPES.has(headers['content-type'] ?? '') &&
    ANY_JSON.has(headers.accept) &&
    headers.origin === undefined &&
    headers[CALLS_HEADER] === undefined &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined &&
    Number(headers['content-length']) > 0 &&
    Number(headers['content-length']) <= requestBytes
  );
}

/** Reads who makes a request; undefined where it is to be refused. */
function credentialOf(request: IncomingMessage): SentCredential | undefined {
  if (repeatedHeader(request)) return undefined;
  try {
    return readCredential(request.headers);
  } catch {
    return undefined;
  }
}

async function answer<Context extends OfCaller>(
  options: PlainRequestOptions<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  credential: SentCredential,
  id: string,
): Promise<PlainAnswer> {
  const { apollo, createContext, addressOf } = options;
  const operation = {
    id,
    headers: request.headers,
    credential,
    address: addressOf(request),
    whenClientLeaves: whenClientLeaves(response),
  };
  let body: unknown;
  try {
    body = parseJsonBody(await bytesOf(request));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = error instanceof NestedTooDeep ? error.message : NOT_JSON;
    return { status: 400, text: errorText(400, message, id) };
  }
  const graphQLRequest = graphQLRequestOf(body);
  if (!graphQLRequest) {
    return refuse(apollo, httpRequestOf(request, body), async () => createContext(operation), id);
  }
  const context = createContext(operation);
  const known = await executeKnown(options, graphQLRequest, context);
  return known ?? execute(apollo, { ...graphQLRequest, http: httpRequestOf(request, body) }, context);
}

function httpRequestOf(request: IncomingMessage, body: unknown): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const name in request.headers) headers.set(name, String(request.headers[name]));
  return { method: 'POST', headers, search: '', body };
}

/**
 * Runs an operation by the plan that is kept of its text. Apollo has parsed and validated that text before, and would
 * take as long as executing a small operation takes to find it again.
 *
 * @returns null if there is no plan, or it is not admitted or did not succeed: then the operation is Apollo's, with the same context, which
 *   keeps what was read.
 */
async function executeKnown<Context extends OfCaller>(
  { executor, admission }: Pick<PlainRequestOptions<Context>, 'executor' | 'admission'>,
  { query = '', operationName, variables = {}, extensions }: GraphQLRequest,
  context: Context,
): Promise<PlainAnswer | null> {
  if (extensions) return null;
  const plan = executor.planOfText(query, operationName);
  if (!plan || !(await admission.admitKnown(plan.operation, variables, context.caller))) return null;
  const text = await plan.write(context, variables);
  context.planFailed = text === null;
  // What is wrong with what was read is told by Apollo's plugins.
  if (text === null || context.reported.size > 0) return null;
  context.observed?.ended(plan.operation, [], true);
  return { status: 200, text, headers: OF_JSON };
}

/** Runs an operation past Apollo's own HTTP layer, which would look once more at what was looked at here. */
async function execute<Context extends OfCaller>(
  apollo: ApolloServer<Context>,
  request: GraphQLRequest,
  contextValue: Context,
): Promise<PlainAnswer> {
  const { body, http } = await apollo.executeOperation(request, { contextValue });
  if (body.kind !== 'single') throw IN_PARTS;
  const { errors, data, extensions } = body.singleResult;
  const text = resultText({
    ...(errors && { errors }),
    ...(data !== undefined && { data }),
    ...(extensions && { extensions }),
  });
  if (!http.headers.has('content-type')) http.headers.set('content-type', JSON_TYPE);
  return { status: http.status ?? 200, text, headers: http.headers };
}

/** Lets Apollo's HTTP layer say what is wrong with a request. */
async function refuse<Context extends OfCaller>(
  apollo: ApolloServer<Context>,
  httpGraphQLRequest: HTTPGraphQLRequest,
  context: () => Promise<Context>,
  id: string,
): Promise<PlainAnswer> {
  const {
    body,
    status = 200,
    headers,
  } = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
  if (body.kind !== 'complete') throw IN_PARTS;
  return { status, text: status >= 400 ? withRequestId(body.string, id) : body.string, headers };
}

/** Reads the whole body; its length was checked. Never settles when the client hangs up: nobody is there to answer. */
function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  });
}
