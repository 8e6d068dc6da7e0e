import type { FastifyInstance } from 'fastify';

/**
 * Makes answers that are given while the app closes end their connection. A client would keep it open otherwise, and
 * closing would wait for over a minute until it has been idle for long enough.
 *
 * @returns whether the app is closing, for answers that are given past it.
 */
export function endConnectionsOnClose(app: FastifyInstance): () => boolean {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  return () => closing;
}
