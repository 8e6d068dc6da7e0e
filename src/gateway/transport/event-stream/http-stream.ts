import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { EventStream } from '../../subscriptions/event-stream.ts';
import type { StreamLimits } from '../../subscriptions/limits.ts';
import type { StreamFormat } from './stream-format.ts';

/** How long a client may take for the end of its stream, which it asked for or was told of. */
const LINGER_MS = 1000;

/** Answers a request with the messages of a stream, as long as it lasts. */
export async function writeStream(
  response: ServerResponse,
  headers: OutgoingHttpHeaders,
  format: StreamFormat,
  stream: EventStream,
  { streamKeepAliveMs, streamBufferBytes }: StreamLimits,
): Promise<void> {
  // The connection is not needed afterwards, and the gateway must not wait for its client to end it.
  response.shouldKeepAlive = false;
  // Proxies of nginx's kind would collect messages otherwise.
  response.writeHead(200, { ...headers, 'content-type': format.contentType, 'x-accel-buffering': 'no' });
  response.write(format.opening);
  const isBehind = () => response.writableNeedDrain && response.writableLength > streamBufferBytes;
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(format.heartbeat);
  }, streamKeepAliveMs).unref();
  const error = await stream.deliver((message) => {
    response.write(format.message(message));
    return isBehind() ? drained(response) : undefined;
  });
  clearInterval(heartbeat);
  const impatience = setTimeout(() => response.destroy(), LINGER_MS).unref();
  response.end(format.ending(error), () => clearTimeout(impatience));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('drain', resolve));
}
