import type { IncomingMessage } from 'node:http';

/** A Fastify server, as far as this matters, with whatever types its routes have. */
interface App {
  addHook(
    name: 'onSend',
    hook: (request: { raw: IncomingMessage }, reply: { statusCode: number }) => Promise<void>,
  ): unknown;
}

/** A client that has more to send than this, or takes longer, does not hear why it was refused. */
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_MS = 5_000;
/** Bodies that are thrown away at once; senders of others do not hear it either. */
const MOST_BODIES = 8;
let bodies = 0;

/**
 * Makes clients hear that their body is too long. The answer to it ends the connection, and one that ends while the
 * client is still sending is a broken pipe to it: the answer is lost. So the rest of the body is let in and thrown away
 * first, within bounds.
 */
export function letRefusedBodiesIn(app: App): void {
  app.addHook('onSend', async ({ raw }, { statusCode }) => {
    if (statusCode === 413) await throwAway(raw);
  });
}

function throwAway(body: IncomingMessage): Promise<void> {
  const announced = Number(body.headers['content-length'] ?? 0);
  if (body.readableEnded || body.destroyed || announced > MOST_BYTES || bodies >= MOST_BODIES) {
    return Promise.resolve();
  }
  bodies += 1;
  return new Promise<void>((resolve) => {
    let left = MOST_BYTES;
    const timer = setTimeout(resolve, LONGEST_MS);
    body.on('data', (chunk: Buffer | string) => {
      left -= chunk.length;
      if (left < 0) resolve();
    });
    for (const event of ['end', 'close', 'error']) {
      body.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
    body.resume();
  }).finally(() => {
    bodies -= 1;
  });
}
