import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';

/** `extensions.code` of requests that never became an operation, by status. */
const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
};

/**
 * Makes the HTTP front answer in GraphQL's error format where no operation came to be: a body that is too long, is
 * not JSON, or is of an unknown type; an unknown path; a bug.
 */
export function answerHttpErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return send(reply, status, error.message);
    request.log.error({ requestId: request.id, err: error }, 'a request failed');
    return send(reply, 500, 'Something went wrong inside the gateway. The request id finds it in the log.');
  });
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, 'There is nothing here. Operations go to /graphql, and / has a page to explore with.'),
  );
}

function send(reply: FastifyReply, status: number, message: string): FastifyReply {
  const code = CODE_BY_STATUS[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  const requestId = reply.request.id;
  return reply.code(status).send({ errors: [{ message, extensions: { code, requestId } }] });
}
