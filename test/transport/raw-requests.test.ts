import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { limits: { headersMs: 400, requestMs: 800 } });
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const BODY = '{"query":"{ user(id: \\"m\\") { name } }"}';
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

/** Sends bytes as they are, and gives all that comes until the gateway hangs up. */
async function exchange(...parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  for (const part of parts) socket.write(part);
  return text(socket);
}

/** Reads the last of the answers that came: its status, type and code. */
function lastAnswer(received: string) {
  const answer = received.slice(received.lastIndexOf('HTTP/1.1 '));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    isJson: /^content-type: application\/json/im.test(head),
    code: JSON.parse(body).errors[0].extensions.code,
  };
}

describe('bytes that two servers may cut into requests in two ways are 400 in JSON, and end the connection:', () => {
  const smuggled = `GET /graphql?query={viewer{id}} HTTP/1.1\r\nhost: localhost\r\napollo-require-preflight: 1\r\n\r\n`;
  test.each([
    [
      'a length and chunks',
      `${HEAD}content-length: ${BODY.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks and a length',
      `${HEAD}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['two lengths', `${HEAD}content-length: 0\r\ncontent-length: ${BODY.length}\r\n\r\n${smuggled}`],
    ['two equal lengths', `${HEAD}content-length: 5\r\ncontent-length: 5\r\n\r\nabcde${smuggled}`],
    ['a list of lengths', `${HEAD}content-length: 5, 5\r\n\r\nabcde${smuggled}`],
    ['a signed length', `${HEAD}content-length: +5\r\n\r\nabcde${smuggled}`],
    [
      'an encoding that only looks like chunks',
      `${HEAD}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks that are not the last encoding',
      `${HEAD}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['a space before the colon', `${HEAD}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a folded header', `${HEAD}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a bare line feed before a header', `${HEAD}x: y\ncontent-length: 5\r\n\r\nabcde`],
    ['a bare carriage return in a header', `${HEAD}x: y\rcontent-length: 5\r\n\r\nabcde`],
    ['a NUL in a header', `${HEAD}x-authorization: a\0b\r\n\r\n`],
    [
      'a chunk whose size is no number',
      `${HEAD}transfer-encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'a chunk longer than its size',
      `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\nabcde\r\n0\r\n\r\n${smuggled}`,
    ],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s', async (_, bytes) => {
    const received = await exchange(bytes);
    expect(lastAnswer(received)).toEqual({ status: 400, isJson: true, code: 'BAD_REQUEST' });
    expect(received.match(/HTTP\/1\.1 200/g)).toBeNull();
    expect(server.log).toEqual([]);
  });

  test('two hosts, and none', async () => {
    expect(await exchange('GET /health HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.log).toEqual([]);
  });
});

describe('a client that takes its time', () => {
  test.each([
    ['over its headers, one after the other', HEAD],
    ['over the first line', 'POST /gra'],
    ['over its first byte', ''],
  ])('%s, is answered 408 in JSON, if it is owed an answer, and cut', async (_, bytes) => {
    const received = await exchange(bytes);
    if (bytes) expect(lastAnswer(received)).toEqual({ status: 408, isJson: true, code: 'REQUEST_TIMEOUT' });
    expect(server.log).toEqual([]);
  });

  test.each([
    ['the short way', ''],
    ['the long way', 'origin: http://a.example\r\n'],
  ])('over its body is cut: %s', async (_, header) => {
    const received = await exchange(
      `${HEAD}${header}content-length: ${BODY.length}\r\n\r\n`,
      BODY.slice(0, 9),
    );
    expect(lastAnswer(received)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
    expect(server.log).toEqual([]);
  });

  test('keeps nobody else waiting: a hundred of them beside one who does not', async () => {
    const slow = Array.from({ length: 100 }, () => exchange(HEAD));
    server.on('GET /api/users/m', json({ id: 'm', name: 'M' }));
    const answer = await gateway.post(BODY, { 'content-type': 'application/json' });
    expect(answer.data).toEqual({ user: { name: 'M' } });
    await Promise.all(slow);
  });
});

describe('headers that are too long', () => {
  test.each([
    ['one', `x: ${'y'.repeat(20_000)}\r\n`],
    ['a token', `authorization: Bearer ${'y'.repeat(20_000)}\r\n`],
    ['many', Array.from({ length: 2000 }, (_, n) => `x-${n}: yyyy\r\n`).join('')],
  ])('are 431 in JSON: %s', async (_, lines) => {
    const received = await exchange(`${HEAD}${lines}content-length: ${BODY.length}\r\n\r\n${BODY}`);
    expect(lastAnswer(received)).toEqual({ status: 431, isJson: true, code: 'HEADERS_TOO_LARGE' });
    expect(server.log).toEqual([]);
  });

  test('are a URL that is too long', async () => {
    const received = await exchange(
      `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    );
    expect(lastAnswer(received)).toMatchObject({ status: 431, isJson: true });
  });
});

describe('requests in one packet', () => {
  test('are answered in their order, each with its own caller’s rights', async () => {
    server.on('GET /api/users/m', json({ id: 'm', name: 'M' }));
    const of = (token: string) => `${HEAD}x-authorization: ${token}\r\ncontent-length: ${BODY.length}\r\n`;
    const received = await exchange(
      `${of('one')}\r\n${BODY}${of('two')}\r\n${BODY}${of('three')}connection: close\r\n\r\n${BODY}`,
    );
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(server.calls.map(({ headers }) => headers['x-authorization']).sort()).toEqual([
      'one',
      'three',
      'two',
    ]);
  });
});
