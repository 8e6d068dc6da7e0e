import type { FastifyInstance } from 'fastify';

/**
 * Makes answers that are given while the app closes end their connection. A client would keep it open otherwise, and
 * closing would wait for over a minute until it has been idle for long enough.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
