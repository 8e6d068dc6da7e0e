import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';

/** `extensions.code` of requests that never became an operation, by status. */
const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  421: 'MISDIRECTED_REQUEST',
  431: 'HEADERS_TOO_LARGE',
};

/**
 * Makes the HTTP front answer in GraphQL's error format where no operation came to be: a body that is too long, is
 * not JSON, or is of an unknown type; an unknown path; a bug. Every refusal tells the request id, Apollo's too.
 */
export function answerHttpErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerHttpError);
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, 'There is nothing here. Operations go to /graphql, and / has a page to explore with.'),
  );
  app.addHook('onSend', async (request, reply, payload) =>
    reply.statusCode >= 400 && typeof payload === 'string' ? withRequestId(payload, request.id) : payload,
  );
}

/** Answers for a request that failed on its way to a handler, or in one. */
export function answerHttpError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 500;
  // RFC 9110 demands it of every 401.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status < 500) return send(reply, status, error.message);
  request.log.error({ requestId: request.id, err: error }, 'a request failed');
  return send(reply, 500, 'Something went wrong inside the gateway. The request id finds it in the log.');
}

/** Answers for a request to a known path whose method is none of `allowed`. */
export function refuseMethod(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  const message = `Send operations by ${allowed.join(' or ')}, not by ${reply.request.method}.`;
  return send(reply.header('allow', allowed.join(', ')), 405, message);
}

function send(reply: FastifyReply, status: number, message: string): FastifyReply {
  const requestId = reply.request.id;
  // Set here as well, since hooks do not run for a URL that cannot be read.
  return reply
    .code(status)
    .header('x-request-id', requestId)
    .type('application/json; charset=utf-8')
    .send(errorText(status, message, requestId));
}

/** Writes the body of a refusal in GraphQL's error format, as a line like every answer. */
export function errorText(status: number, message: string, requestId: string): string {
  const code = CODE_BY_STATUS[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  return `${JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] })}\n`;
}

/** Writes the request id into the errors of a body: Apollo refuses some requests before there is an operation. */
export function withRequestId(payload: string, requestId: string): string {
  const { errors, ...rest }: { errors?: readonly GraphQLFormattedError[] } = JSON.parse(payload);
  const told = errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
  return `${JSON.stringify({ errors: told, ...rest })}\n`;
}
