import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Answer, GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url);
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const QUERY = 'query ($id: ID!) { user(id: $id) { name } }';
const body = (id: string) => JSON.stringify({ query: QUERY, variables: { id } });
/** Goes past Fastify, and through it: one parser decides in both. */
const WAYS = [{}, { accept: 'application/json, */*;q=0.1' }];

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.errors).toMatchObject([
    { extensions: { code, requestId: answer.headers.get('x-request-id') } },
  ]);
  expect(server.log).toEqual([]);
}

describe('a body is refused in JSON, and nothing is asked upstream, when it', () => {
  const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
  test.each<
    [what: string, bytes: string | Uint8Array<ArrayBuffer>, type: string, status: number, code: string]
  >([
    ['says charset=utf-7', body('+AG0-'), 'application/json; charset=utf-7', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'says charset=utf-16',
      utf16(body('m')),
      'application/json; charset=utf-16',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'says charset="ISO-8859-1"',
      body('m'),
      'application/json; charset="ISO-8859-1"',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'says two charsets',
      body('m'),
      'application/json; charset=utf-8; charset=utf-7',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['is UTF-16 all the same', utf16(body('m')), 'application/json', 400, 'BAD_REQUEST'],
    ['is UTF-16 with its mark', utf16(`\uFEFF${body('m')}`), 'application/json', 400, 'BAD_REQUEST'],
    [
      'is Latin-1',
      new Uint8Array(Buffer.from(body('zo\u00eb'), 'latin1')),
      'application/json',
      400,
      'BAD_REQUEST',
    ],
    [
      'has an overlong character',
      new Uint8Array(
        Buffer.from(body('@@')).map((byte, n, all) =>
          byte === 64 ? (all[n + 1] === 64 ? 0xc1 : 0x81) : byte,
        ),
      ),
      'application/json',
      400,
      'BAD_REQUEST',
    ],
    ['is named in a list of types', body('m'), 'application/json, text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['is of a type like JSON', body('m'), 'application/jsonx', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['has no type', new Uint8Array(Buffer.from(body('m'))), '', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s', async (_, bytes, type, status, code) => {
    for (const way of WAYS) {
      const headers = { ...way, ...(type && { 'content-type': type }) };
      expectRefusal(await gateway.post(bytes, headers), status, code);
    }
  });

  test('is compressed, which takes nobody from a bomb to memory', async () => {
    const bytes = new Uint8Array(Buffer.from(body('m')));
    for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip']) {
      const answer = await gateway.post(bytes, {
        'content-type': 'application/json',
        'content-encoding': encoding,
      });
      expectRefusal(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
  });

  test.each([
    ['__proto__', '{"query":"{ __typename }","__proto__":{"admin":true}}'],
    ['__proto__, escaped', '{"query":"{ __typename }","\\u005f\\u005fproto\\u005f_":{"admin":true}}'],
    ['__proto__ in a variable', '{"query":"{ __typename }","variables":{"x":[{"__proto__":{}}]}}'],
    ['constructor.prototype', '{"query":"{ __typename }","variables":{"constructor":{"prototype":{"a":1}}}}'],
  ])('reaches for a prototype: %s', async (_, text) => {
    for (const way of WAYS) {
      expectRefusal(
        await gateway.post(text, { 'content-type': 'application/json', ...way }),
        400,
        'BAD_REQUEST',
      );
    }
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});

describe('what two parsers may read in two ways is read in one:', () => {
  test('of equal keys the last counts, both ways', async () => {
    server.on('GET /api/users/last', json({ id: 'last', name: 'Last' }));
    const text = `{"query":"{ __typename }","query":${JSON.stringify(QUERY)},"variables":{"id":"first"},"variables":{"id":"first","id":"last"}}`;
    for (const way of WAYS) {
      const answer = await gateway.post(text, { 'content-type': 'application/json', ...way });
      expect(answer.data).toEqual({ user: { name: 'Last' } });
    }
    expect(server.log).toEqual(['GET /api/users/last', 'GET /api/users/last']);
  });

  test('a byte-order mark says nothing, both ways', async () => {
    for (const way of WAYS) {
      const answer = await gateway.post(`\uFEFF{"query":"{ __typename }"}`, {
        'content-type': 'application/json',
        ...way,
      });
      expect(answer.data).toEqual({ __typename: 'Query' });
    }
  });

  test('variables called like members of every object are variables like others', async () => {
    server.on('GET /api/users/x', json({ id: 'x', name: 'X' }));
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
      const query = `query ($${name}: ID!) { user(id: $${name}) { name } }`;
      for (let turn = 0; turn < 3; turn++) {
        expect((await gateway.send(query, { [name]: 'x' })).data).toEqual({ user: { name: 'X' } });
        const missing = await gateway.send(query, {});
        expect([missing.status, missing.errors[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
      }
    }
  });

  test('of two tokens in one header none is picked', async () => {
    const headers = new Headers({ 'content-type': 'application/json' });
    headers.append('x-authorization', 'one');
    headers.append('x-authorization', 'two');
    const answer = await fetch(gateway.endpoint, {
      method: 'POST',
      headers,
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(answer.status).toBe(401);
    expect(server.calls).toEqual([]);
  });
});

describe('a fault is told without the value that is at fault:', () => {
  const SIGN_IN = 'mutation ($input: GenerateTokenInput!) { generateToken(input: $input) { token } }';
  test.each<[what: string, query: string, variables: object]>([
    ['a variable of a wrong type', SIGN_IN, { input: { keyId: 'k', keySecret: ['CANARY'] } }],
    [
      'a variable with a key too many',
      SIGN_IN,
      { input: { keyId: 'k', keySecret: 'CANARY; Field "CANARY"', x: 1 } },
    ],
    ['a variable with a key too few', SIGN_IN, { input: { keySecret: 'CANARY' } }],
    ['a variable that is no object', SIGN_IN, { input: 'CANARY' }],
    ['an id that is an object', 'query ($id: ID!) { user(id: $id) { id } }', { id: { CANARY: 'CANARY' } }],
    ['a number that is a text', 'query ($n: Int) { users(first: $n) { totalCount } }', { n: 'CANARY' }],
    [
      'a time that is none',
      'query ($f: AccessRequestFilter) { accessRequests(filter: $f) { totalCount } }',
      { f: { createdFrom: 'CANARY' } },
    ],
    ['a written value of a wrong type', 'mutation { generateToken(input: "CANARY") { token } }', {}],
    ['a written object of a wrong type', '{ users(first: {secret: "CANARY"}) { totalCount } }', {}],
    ['a syntax error', 'mutation { generateToken(input: {keyId: "k" "CANARY"}) { token } }', {}],
    [
      'a syntax error at a block',
      'mutation { generateToken(input: {keyId: "k" """CANARY"""}) { token } }',
      {},
    ],
  ])('%s', async (_, query, variables) => {
    for (const way of WAYS) {
      const answer = await gateway.send(query, variables, way);
      expect(answer.status).toBe(400);
      expect(answer.errors.length).toBeGreaterThan(0);
      expect(answer.text).not.toContain('CANARY');
    }
    expect(JSON.stringify(gateway.logged)).not.toContain('CANARY');
  });
});
