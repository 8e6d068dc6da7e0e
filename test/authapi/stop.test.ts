import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type AuthApi, startAuthApi } from '../../src/authapi/server.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function start(onRequest?: (call: string) => void): Promise<AuthApi> {
  const logger = pino({ level: 'silent' });
  const options = { host: '127.0.0.1', port: 0, data: ':memory:', seed: false, logger };
  return await startAuthApi({ ...options, ...(onRequest && { onRequest }) });
}

/** Opens a connection and waits until the server has taken it. */
async function open(api: AuthApi): Promise<Socket> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

function request(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

/** Stops the server and says how long that took, in milliseconds. */
async function timeToStop(api: AuthApi): Promise<number> {
  const start = performance.now();
  await api.stop();
  return performance.now() - start;
}

describe('stopping', () => {
  it('closes connections that are kept alive, and those that never asked, at once', async () => {
    const api = await start();
    const [silent, kept] = [await open(api), await open(api)];
    kept.write(request('/health'));
    const [answer] = await once(kept, 'data');
    expect(String(answer)).toContain('200 OK');
    const ended = Promise.all([once(silent.resume(), 'close'), once(kept.resume(), 'close')]);
    expect(await timeToStop(api)).toBeLessThan(2_000);
    await ended;
  });

  it('finishes a request whose body is still on its way, and ends its connection then', async () => {
    const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>();
    const api = await start(() => arrived());
    const socket = await open(api);
    const body = JSON.stringify({ keyId: 'none', keySecret: 'none' });
    const head = ['POST /api/token HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    socket.write([...head, `Content-Length: ${body.length}`, '', body.slice(0, 5)].join('\r\n'));
    await arrival;
    const stopped = timeToStop(api);
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(body.slice(5));
    const answer = await text(socket);
    expect(answer).toContain('HTTP/1.1 401');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await stopped).toBeLessThan(2_000);
  });

  it('cuts off a client that does not read its answer, after five seconds', async () => {
    const api = await start();
    const socket = await open(api);
    socket.pause();
    // More answers than buffers on the way can hold.
    socket.write(request('/docs/static/swagger-ui-bundle.js').repeat(20));
    await once(socket, 'readable');
    expect(await timeToStop(api)).toBeLessThan(7_000);
  });

  it('cuts off a client that never ends its request, after five seconds', async () => {
    const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>();
    const api = await start(() => arrived());
    const socket = await open(api);
    const head = ['POST /api/token HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    socket.write([...head, 'Content-Length: 100', '', '{"keyId'].join('\r\n'));
    await arrival;
    const closed = once(socket.resume(), 'close');
    expect(await timeToStop(api)).toBeLessThan(7_000);
    await closed;
  });
});
