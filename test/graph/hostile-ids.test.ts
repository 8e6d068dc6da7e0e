import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { waitingFor } from '../upstream/bad-answers.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';

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

const READ = 'query ($id: ID!) { group(id: $id) { description } }';
const WRITE = 'mutation ($id: ID!) { deleteGroup(id: $id) { deletedId userErrors { code } } }';

/** Expects that an id reached no other endpoint than its own: it is one segment that decodes to it. */
function expectOneSegment(path: string, id: string): void {
  const { pathname, search } = new URL(path, server.url);
  expect(pathname).toBe(path);
  expect(search).toBe('');
  expect(pathname.split('/')).toHaveLength(4);
  expect(decodeURIComponent(pathname.slice('/api/groups/'.length))).toBe(id);
}

describe('an id that reaches for another path', () => {
  test.each([
    '.',
    '..',
    '',
    '\uD800',
    'a\uDC00b',
    'x'.repeat(10_240),
  ])('is refused, and nothing is asked upstream: %j', async (id) => {
    const read = await gateway.send(READ, { id });
    expect(read.status).toBe(200);
    expect(read.data).toEqual({ group: null });
    expect(read.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    const write = await gateway.send(WRITE, { id });
    expect(write.data).toEqual({ deleteGroup: { deletedId: null, userErrors: [{ code: 'INVALID_INPUT' }] } });
    expect(server.log).toEqual([]);
  });

  test.each([
    '../users',
    '..%2fusers',
    '%2e',
    '%2e%2e',
    '%2E%2E/users',
    '..\\users',
    '\\',
    '/',
    '//evil.example',
    'a/../../token',
    'a?x=1',
    'a#b',
    'a;b=c',
    'a\0b',
    'a\r\nHost: evil',
    '%00',
    '%',
    '%zz',
    'http://evil.example/',
    '@evil.example',
    '\u202E\u200B',
    '\uFF0E\uFF0E\uFF0F',
  ])('stays one segment of its own path: %j', async (id) => {
    await gateway.send(READ, { id });
    await gateway.send(WRITE, { id });
    expect(server.calls.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
    for (const { path } of server.calls) expectOneSegment(path, id);
  });

  test('whatever it is, stays one segment or is refused', async () => {
    const part = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '%2e',
      '%2F',
      '%',
      '?',
      '#',
      '\0',
      ' ',
      'é',
      'e\u0301',
      '\uD800',
      '😀',
      'a',
      '..;/',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        async (id) => {
          server.reset();
          const answer = await gateway.send(READ, { id });
          expect(answer.status).toBe(200);
          if (server.calls.length === 0) expect(answer.errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
          else expectOneSegment(server.calls[0]?.path ?? '', id);
          expect(server.calls.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200, seed: 20_260_629 },
    );
  });

  test('inside a global key is refused as well, and a forged key reads nothing', async () => {
    const nodeId = (key: string) => Buffer.from(key).toString('base64url');
    const query = 'query ($n: ID!) { node(nodeId: $n) { ... on Group { description } } }';
    for (const key of [
      'Group:..',
      'Group:.',
      'Group:',
      'Nothing:x',
      '__proto__:x',
      'constructor:x',
      'Query:x',
      'x',
    ]) {
      const answer = await gateway.send(query, { n: nodeId(key) });
      expect(answer.data).toEqual({ node: null });
      expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    }
    expect(server.log).toEqual([]);
  });
});

describe('ids that look alike never share a record:', () => {
  test.each<[what: string, ids: readonly string[]]>([
    ['upper and lower case', ['eng', 'ENG', 'Eng']],
    ['composed and decomposed', ['\u00e9', 'e\u0301']],
    ['full width', ['a', '\uFF41']],
    ['dotless i and Kelvin', ['i', '\u0131', '\u0130', 'k', '\u212A']],
    ['sharp s', ['ss', '\u00df', '\u1e9e']],
    ['nothing visible', ['a', 'a\u200B', 'a\u00AD', 'a ']],
    ['names of every object', ['constructor', '__proto__', 'toString', 'hasOwnProperty']],
  ])('%s', async (_, ids) => {
    for (const id of ids) {
      server.on(
        `GET /api/groups/${encodeURIComponent(id)}`,
        json({ id, description: `of ${encodeURIComponent(id)}`, roles: [] }),
      );
    }
    const fields = ids.map((id, n) => `g${n}: group(id: ${JSON.stringify(id)}) { id description }`);
    for (let turn = 0; turn < 3; turn++) {
      const answer = await gateway.send(`{ ${fields.join(' ')} }`);
      expect(answer.errors).toEqual([]);
      expect(answer.data).toEqual(
        Object.fromEntries(
          ids.map((id, n) => [`g${n}`, { id, description: `of ${encodeURIComponent(id)}` }]),
        ),
      );
      expect(server.log.toSorted()).toEqual(
        ids.map((id) => `GET /api/groups/${encodeURIComponent(id)}`).toSorted(),
      );
      server.calls.length = 0;
    }
  });
});

describe('tokens that look alike never share a read or an answer:', () => {
  test.each<[what: string, tokens: readonly Record<string, string>[]]>([
    ['upper and lower case', [{ 'x-authorization': 'token' }, { 'x-authorization': 'TOKEN' }]],
    [
      'one header and the other',
      [{ 'x-authorization': 'token' }, { authorization: 'Bearer token', 'x-authorization': 'other' }],
    ],
    ['a token and none', [{ 'x-authorization': 'token' }, {}]],
    [
      'a prefix',
      [{ 'x-authorization': 'token' }, { 'x-authorization': 'token2' }, { 'x-authorization': 'token.' }],
    ],
  ])('%s', async (_, tokens) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server.on('GET /api/groups/eng', (response, call) => {
      const seen = String(call.headers['x-authorization'] ?? 'none');
      return waitingFor(gate, json({ id: 'eng', description: `for ${seen}`, roles: [] }))(response, call);
    });
    const answers = tokens.map((headers) => gateway.send(READ, { id: 'eng' }, headers));
    await server.received(tokens.length);
    open();
    const told = (await Promise.all(answers)).map(({ data }) => data.group.description);
    expect(told).toEqual(tokens.map((headers) => `for ${headers['x-authorization'] ?? 'none'}`));
    expect(server.log).toHaveLength(tokens.length);
  });
});
