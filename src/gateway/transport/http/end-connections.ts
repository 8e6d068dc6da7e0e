import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Time in which a connection that is new when the app closes may still send its request. */
const FIRST_BYTE_MS = 500;

/**
 * Makes answers that are given while the app closes end their connection. A client would keep it open otherwise, and
 * closing would wait for over a minute until it has been idle for long enough. Connections on which nothing was ever
 * sent, as clients open them in reserve, count as busy with their headers; they are cut.
 *
 * @returns whether the app is closing, for answers that are given past it.
 */
export function endConnectionsOnClose(app: FastifyInstance): () => boolean {
  let closing = false;
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_BYTE_MS).unref();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  return () => closing;
}
