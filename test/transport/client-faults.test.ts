import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RawSocket } from '../subscriptions/raw-socket.ts';
import { EmbeddedApi } from './embedded-api.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
let admin: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  gateway = await GatewayUnderTest.start(api.url, { logLevel: 'trace' });
  admin = await api.adminToken();
});
afterEach(() => {
  gateway.logged.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
});

interface Told {
  readonly code: string;
  readonly requestId: unknown;
}

const POST = { 'content-type': 'application/json' };
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Gives what an answer to HTTP says; a close of a socket is told by its code. */
async function overHttp(response: Promise<Response>): Promise<Told[]> {
  const answer = await response;
  const text = await answer.text();
  const [, written = '{}'] = /^(?:data: )?(\{.*"errors".*)$/m.exec(text) ?? [];
  const { payload, ...body } = JSON.parse(written);
  const { errors = [] } = payload ?? body;
  expect(answer.status).toBeLessThan(500);
  return errors.map(({ extensions }: { extensions: Told }) => extensions);
}

type Ask = (payload: object) => Promise<Told[]>;

const post =
  (headers: Record<string, string>): Ask =>
  (payload) =>
    overHttp(
      fetch(gateway.endpoint, {
        method: 'POST',
        headers: { ...POST, 'x-authorization': admin, ...headers },
        body: JSON.stringify(payload),
      }),
    );

const TRANSPORTS: Readonly<Record<string, Ask>> = {
  'the short way': post({}),
  'the long way': post({ accept: 'application/json, */*;q=0.1' }),
  'by GET': (payload) => {
    const written = Object.entries(payload).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const url = `${gateway.endpoint}?${new URLSearchParams(Object.fromEntries(written))}`;
    return overHttp(fetch(url, { headers: { 'apollo-require-preflight': '1', 'x-authorization': admin } }));
  },
  'as server-sent events': post({ accept: 'text/event-stream' }),
  'as multipart': post({ accept: 'multipart/mixed;subscriptionSpec=1.0' }),
  async 'by WebSocket'(payload) {
    const socket = await RawSocket.init(gateway.endpoint.replace('http', 'ws'), admin);
    socket.send({ id: 'a', type: 'subscribe', payload });
    const told = await Promise.race([
      socket.next().then(({ payload: errors }) => errors),
      socket.closed.then(({ code }) => [{ extensions: { code: `closed ${code}`, requestId: '' } }]),
    ]);
    socket.close();
    return (Array.isArray(told) ? told : (told.errors ?? [])).map(
      ({ extensions }: { extensions: Told }) => extensions,
    );
  },
};

const QUERY = '{ __typename }';
const persistedQuery = (version: unknown, sha256Hash: unknown) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

const FAULTS: readonly [what: string, payload: object, code: string][] = [
  [
    'a hash that is not that of the text',
    { query: QUERY, ...persistedQuery(1, hashOf('other')) },
    'BAD_REQUEST',
  ],
  ['a hash that is none', { query: QUERY, ...persistedQuery(1, { a: 1 }) }, 'BAD_REQUEST'],
  ['no hash', { query: QUERY, ...persistedQuery(1, undefined) }, 'BAD_REQUEST'],
  [
    'an unknown version of persisted queries',
    { query: QUERY, ...persistedQuery(2, hashOf(QUERY)) },
    'BAD_REQUEST',
  ],
  [
    'persisted queries without a version',
    { query: QUERY, extensions: { persistedQuery: true } },
    'BAD_REQUEST',
  ],
  [
    'an operation that the document lacks',
    { query: 'query A { viewer { id } }', operationName: 'B' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'one of two operations, and no name',
    { query: 'query A { viewer { id } } query B { viewer { id } }' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'a variable of a wrong type',
    { query: 'query ($n: Int) { users(first: $n) { totalCount } }', variables: { n: 'a' } },
    'BAD_USER_INPUT',
  ],
  ['a variable that is missing', { query: 'query ($id: ID!) { user(id: $id) { id } }' }, 'BAD_USER_INPUT'],
  ['variables that are no object', { query: QUERY, variables: [1] }, 'BAD_REQUEST'],
  ['extensions that are no object', { query: QUERY, extensions: [1] }, 'BAD_REQUEST'],
  ['a document that is none', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
  ['a field that there is not', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['fragments only', { query: 'fragment F on User { id }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['types only', { query: 'type A { b: Int }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'values within values',
    { query: 'query ($f: UserFilter) { users(filter: $f) { totalCount } }', variables: { f: nested(50) } },
    'REQUEST_LIMIT_EXCEEDED',
  ],
  ['a foreign nodeId', { query: '{ node(nodeId: "!") { nodeId } }' }, 'BAD_USER_INPUT'],
  ['a foreign cursor', { query: '{ users(after: "!") { totalCount } }' }, 'BAD_USER_INPUT'],
];

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

const expectNoTrouble = () => {
  const trouble = gateway.logged.filter(({ level, err }) => Number(level) >= 50 || err !== undefined);
  expect(trouble).toEqual([]);
};

describe.each(Object.entries(TRANSPORTS))('a client’s fault is never ours, %s:', (name, ask) => {
  test.each(FAULTS)('%s', async (_, payload, code) => {
    const told = await ask(payload);
    expect(told.length).toBeGreaterThan(0);
    for (const extensions of told) {
      expect(extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
      expect(extensions.requestId).toBeDefined();
    }
    // A socket whose client does not keep to its protocol is closed, and says no more.
    if (name !== 'by WebSocket') expect(told.map((extensions) => extensions.code)).toEqual([code]);
    expectNoTrouble();
  });
});

describe('a request that is none is a client’s fault:', () => {
  test.each<[what: string, method: string, search: string, body: string | Uint8Array<ArrayBuffer> | null]>([
    ['no query', 'GET', '', null],
    ['an empty query', 'GET', '?query=', null],
    ['a query twice', 'GET', '?query={__typename}&query={__typename}', null],
    ['variables that are no JSON', 'GET', '?query={__typename}&variables={', null],
    ['variables twice', 'GET', '?query={__typename}&variables={}&variables={}', null],
    ['extensions that are no JSON', 'GET', '?query={__typename}&extensions=x', null],
    ['half an escape', 'GET', '?query=%', null],
    ['an escape that is no UTF-8', 'GET', '?query=%ff%fe', null],
    ['a mutation', 'GET', '?query=mutation{deleteUser(id:"a"){deletedId}}', null],
    ['a subscription', 'GET', '?query=subscription{accessChanges{id}}', null],
    ['a document id that nobody knows', 'GET', '?documentId=sha256:00', null],
    ['null', 'POST', '', 'null'],
    ['a list', 'POST', '', `[{"query":"${QUERY}"}]`],
    ['a text', 'POST', '', '"a"'],
    ['nothing', 'POST', '', '{}'],
    ['a query of a wrong type', 'POST', '', '{"query":1}'],
    ['an id of a wrong type', 'POST', '', '{"documentId":{}}'],
    ['no UTF-8', 'POST', '', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['half a character', 'POST', '', '{"query":"\\ud800"}'],
  ])('%s, by %s', async (_, method, search, body) => {
    for (const accept of ['*/*', 'application/json', 'text/event-stream, application/json', 'text/plain']) {
      const headers = { ...(body === null ? { 'apollo-require-preflight': '1' } : POST), accept };
      const response = await fetch(`${gateway.endpoint}${search}`, { method, headers, body });
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    }
    expectNoTrouble();
  });

  test.each<[what: string, message: string]>([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an unknown type', '{"type":"x"}'],
    ['a subscribe without a document', '{"id":"a","type":"subscribe","payload":{}}'],
    ['a subscribe without an id', '{"type":"subscribe","payload":{"query":"{a}"}}'],
    ['a subscribe with an id that is none', '{"id":{},"type":"subscribe","payload":{"query":"{a}"}}'],
    ['an init of a wrong type', '{"type":"connection_init","payload":[]}'],
    ['a second init', '{"type":"connection_init"}'],
    ['an end of what never began', '{"id":"x","type":"complete"}'],
    ['a ping of a wrong type', '{"type":"ping","payload":[]}'],
  ])('a message that is %s', async (_, message) => {
    for (const isKnown of [true, false]) {
      const endpoint = gateway.endpoint.replace('http', 'ws');
      const socket = await (isKnown ? RawSocket.init(endpoint, admin) : RawSocket.open(endpoint));
      socket.send(message);
      socket.send('{"type":"ping"}');
      const told = await Promise.race([socket.next(), socket.closed]);
      expect(JSON.stringify(told)).not.toMatch(/INTERNAL|1011|4500/);
      socket.close();
      await socket.closed;
    }
    expectNoTrouble();
  });
});
