import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { WebSocket } from 'ws';

/** Told of each message of a stream, in milliseconds of `performance.now()`. */
export type OnMessage = (text: string, at: number) => void;

/** One subscription held open. */
export interface HeldStream {
  close(): void;
}

/** Subscribes over a WebSocket; resolves when the server has let it in and has got the subscription. */
export async function openSocket(
  url: string,
  token: string,
  query: string,
  onMessage: OnMessage,
): Promise<HeldStream> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { 'x-authorization': token },
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  socket.on('message', (data) => onMessage(String(data), performance.now()));
  socket.on('error', () => {});
  return { close: () => socket.terminate() };
}

/** Subscribes over server-sent events, or in Apollo's multipart way. */
export async function openHttp(
  url: string,
  token: string,
  query: string,
  accept: string,
  onMessage: OnMessage,
): Promise<HeldStream> {
  const asking: ClientRequest = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'x-authorization': token, accept },
  });
  asking.on('error', () => {});
  asking.end(JSON.stringify({ query }));
  const [response] = await once(asking, 'response');
  if (response.statusCode !== 200) throw new Error(`a stream was refused with ${response.statusCode}`);
  response.setEncoding('utf8').on('data', (text: string) => onMessage(text, performance.now()));
  response.on('error', () => {});
  return { close: () => asking.destroy() };
}

export const EVENT_STREAM = 'text/event-stream';
export const MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0';
