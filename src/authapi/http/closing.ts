import type { Socket } from 'node:net';
import type { App } from './typed-app.ts';

/** How long requests under way may take to finish once the server closes, in milliseconds. */
const LONGEST_FAREWELL = 5_000;

/**
 * Bounds how long closing takes. Idle connections end at once, also those that never asked anything, which Node would
 * wait for. Answers given while the server closes end their connection, for a client would keep it open until it has
 * been idle for over a minute. What is still open at the end of the time is cut: a client may never read its answer.
 */
export function closeInTime(app: App): void {
  let closing = false;
  const silent = new Set<Socket>();
  app.server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  app.addHook('preClose', async () => {
    closing = true;
    for (const socket of silent) socket.destroy();
    const cut = setTimeout(() => app.server.closeAllConnections(), LONGEST_FAREWELL);
    app.server.once('close', () => clearTimeout(cut));
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
