import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startAuthApi } from '../../src/authapi/server.ts';
import { createLogger } from '../../src/logger.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let upstream: MisbehavingServer;
let gateway: GatewayUnderTest;
let api: Awaited<ReturnType<typeof startAuthApi>>;
beforeAll(async () => {
  upstream = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(upstream.url, {
    landingPage: true,
    admin: { host: '127.0.0.1', port: 0 },
  });
  const logger = createLogger('silent');
  api = await startAuthApi({ host: '127.0.0.1', port: 0, data: ':memory:', seed: false, logger });
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
  await upstream.stop();
});

/** As curl's `--http2` and Java's HTTP client ask for HTTP/2 in passing. */
const H2C = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
];

const BODY = '{"query":"{ __typename }"}';
const POST = ['Content-Type: application/json', `Content-Length: ${BODY.length}`];

/** Sends bytes, one part after the other, and gives what came back until nothing more is to come. */
async function exchange(url: string, parts: readonly string[], version = '1.1'): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  for (const part of parts) {
    const before = received.length;
    socket.write(part);
    while (received.length === before) await once(socket, 'data');
  }
  socket.end();
  await once(socket, 'close');
  expect(received.startsWith(`HTTP/${version}`)).toBe(true);
  return received;
}

function head(line: string, ...headers: readonly string[]): string {
  return `${[`${line} HTTP/1.1`, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;
}

describe('a request that asks for HTTP/2 in passing is answered in HTTP/1.1', () => {
  test.each([
    [
      'the graph',
      () => gateway.url,
      head('POST /graphql', ...H2C, ...POST) + BODY,
      '{"data":{"__typename":"Query"}}',
    ],
    [
      'the graph, the long way',
      () => gateway.url,
      head('POST /graphql', ...H2C, ...POST, 'Origin: http://a.example') + BODY,
      '{"data":{"__typename":"Query"}}',
    ],
    [
      'a GET of the graph',
      () => gateway.url,
      head('GET /graphql?query=%7B__typename%7D', ...H2C, 'apollo-require-preflight: 1'),
      '{"data":{"__typename":"Query"}}',
    ],
    ['a page', () => gateway.url, head('GET /', ...H2C), '<title>Rolegraph</title>'],
    ['health', () => gateway.url, head('GET /health', ...H2C), '{"status":"OK"}'],
    ['the admin port', () => gateway.adminUrl ?? '', head('GET /live', ...H2C), '{"status":"OK"}'],
    ['the metrics', () => gateway.adminUrl ?? '', head('GET /metrics', ...H2C), 'rolegraph_operations_total'],
    ['the embedded API', () => api.url, head('GET /health', ...H2C), 'OK'],
    [
      'a sign-in to the embedded API',
      () => api.url,
      `${head('POST /api/token', ...H2C, 'Content-Type: application/json', 'Content-Length: 2')}{}`,
      'body/keyId is required',
    ],
  ])('%s', async (_, url, request, expected) => {
    // The connection goes on, as it would without the wish.
    const received = await exchange(url(), [request, head('GET /nothing')]);
    expect(received).toContain(expected);
    expect(received.match(/HTTP\/1\.1 \d+/g)).toHaveLength(2);
    expect(received).not.toContain('HTTP/1.1 101');
  });

  test('though its body comes later', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(head('POST /graphql', ...H2C, ...POST));
    await new Promise(setImmediate);
    socket.write(BODY.slice(0, 7));
    await new Promise(setImmediate);
    socket.write(BODY.slice(7));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('{"data":{"__typename":"Query"}}');
    socket.destroy();
  });
});

describe('every other upgrade than that to a WebSocket is ignored:', () => {
  test.each([
    ['another protocol', ['Connection: Upgrade', 'Upgrade: TLS/1.0']],
    ['several protocols', ['Connection: Upgrade', 'Upgrade: h2c, websocket']],
    ['a version of one', ['Connection: Upgrade', 'Upgrade: websocket/13']],
    ['none', ['Connection: Upgrade', 'Upgrade:']],
  ])('%s', async (_, headers) => {
    expect(await exchange(gateway.url, [head('GET /health', ...headers)])).toContain('200 OK');
  });

  test('a WebSocket that is asked for by a POST, or in HTTP/1.0', async () => {
    const wish = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
    ];
    const posted = await exchange(gateway.url, [head('POST /graphql', ...wish, ...POST) + BODY]);
    expect(posted).toContain('{"data":{"__typename":"Query"}}');
    const old = `GET /health HTTP/1.0\r\n${wish.join('\r\n')}\r\n\r\n`;
    expect(await exchange(gateway.url, [old])).toContain('200 OK');
  });

  test('and a WebSocket is opened however its name is written', async () => {
    const socket = new WebSocket(`${gateway.endpoint.replace('http', 'ws')}`, 'graphql-transport-ws', {
      headers: { upgrade: 'WebSocket' },
    });
    await once(socket, 'open');
    socket.close();
    await once(socket, 'close');
  });
});
