import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDescription } from '../../../src/access/description/read.ts';
import { readFile } from '../../../src/config/file.ts';
import { readPage, tableOf } from '../../docs/pages.ts';
import { RawSocket } from '../../subscriptions/raw-socket.ts';
import { EmbeddedApi } from '../../transport/embedded-api.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { stepsOf } from './steps.ts';

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
let admin: string;
const folder = mkdtempSync(join(tmpdir(), 'rolegraph-work-'));
beforeAll(async () => {
  api = await EmbeddedApi.start();
  gateway = await GatewayUnderTest.start(api.url, { federation: true, limits: { operationMs: 60_000 } });
  admin = await api.adminToken();
  for (let n = 0; n < 50; n++) {
    await api.call('PUT', `/groups/g${n}`, admin, { description: `Group ${n}`, roles: ['USER'] });
  }
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
  rmSync(folder, { recursive: true });
});

const list = <T>(n: number, item: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => item(index));
const x = (n: number) => 'x'.repeat(n);

const send = (query: string, variables: object = {}, headers = {}) =>
  gateway.send(query, variables, { authorization: `Bearer ${admin}`, ...headers });
const get = (search: Record<string, string>) =>
  fetch(`${gateway.endpoint}?${new URLSearchParams(search)}`, {
    headers: { 'apollo-require-preflight': '1', authorization: `Bearer ${admin}` },
  }).then((answer) => answer.text());
const rest = (method: string, path: string, body?: unknown) =>
  fetch(`${api.url}${path}`, {
    method,
    headers: { 'x-authorization': admin, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }).then((answer) => answer.text());
const plan = (description: string) =>
  send('query ($d: String!) { accessPlan(description: $d) { spared } }', { d: description });
const changes = (items: object[]) =>
  send(
    'mutation ($i: [AccessChangeInput!]!) { applyAccessChanges(items: $i, dryRun: true, mode: CONTINUE) { results { status } undo { summary } } }',
    { i: items },
  );
async function onSocket(work: (socket: RawSocket) => void, messages = 1): Promise<void> {
  const socket = await RawSocket.init(gateway.endpoint.replace('http', 'ws'), admin);
  work(socket);
  for (let n = 0; n < messages; n++) await Promise.race([socket.next(), socket.closed]);
  socket.close();
  await socket.closed;
}
function configFile(text: string): unknown {
  const path = join(folder, 'rolegraph.yaml');
  writeFileSync(path, text);
  try {
    return readFile(path);
  } catch (error) {
    return error;
  }
}

/** Each kind of input by its row in docs/limits.md: how to send n of it, and half of the most that is taken, or more. */
const INPUTS: Readonly<Record<string, readonly [n: number, send: (n: number) => unknown][]>> = {
  'Body of a request': [
    [250_000, (n) => send('{ __typename }', { a: x(n) })],
    [
      1000,
      (n) =>
        gateway.post(`{"query":"{ __typename }","extensions":${'['.repeat(n)}${']'.repeat(n)}}`, {
          'content-type': 'application/json',
        }),
    ],
    [100_000, (n) => gateway.post('['.repeat(n), { 'content-type': 'application/json' })],
  ],
  'Address and headers of a request': [
    [3000, (n) => get({ query: '{ __typename }', variables: JSON.stringify({ a: x(n) }) })],
    [
      3000,
      (n) =>
        get({
          query: '{ __typename }',
          extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: x(n) } }),
        }),
    ],
    [2000, (n) => send('{ __typename }', {}, { accept: list(n, () => 'a/b').join() })],
    [5000, (n) => send('{ __typename }', {}, { 'x-request-id': x(n), 'last-event-id': x(n) })],
    [5000, (n) => send('{ __typename }', {}, { 'x-forwarded-for': list(n / 2, () => '1').join() })],
  ],
  'Document of an operation': [
    [2500, (n) => send(`{ ${list(n, (index) => `a${index % 50}: __typename`).join(' ')} }`)],
    [500, (n) => send(`query (${list(n, (index) => `$v${index}: Int`).join()}) { __typename }`)],
    [2000, (n) => send(`{ user(id: ${'['.repeat(n)}`)],
  ],
  'Values of variables': [
    [
      500,
      (n) =>
        send(
          'mutation ($u: [ID!]!) { addUsersToGroup(groupId: "none", userIds: $u) { userErrors { message } } }',
          { u: list(n, (index) => `u${index}`) },
        ),
    ],
    [8000, (n) => send('query ($t: ID!) { node(nodeId: $t) { nodeId } }', { t: x(n) })],
    [8000, (n) => send('query ($t: String) { groups(after: $t) { totalCount } }', { t: x(n) })],
    [
      500,
      (n) =>
        send('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', {
          r: list(n, (index) => ({ __typename: 'Target', rawType: 'A', id: `t${index}` })),
        }),
    ],
  ],
  'Text of a filter': [
    [
      128,
      (n) =>
        send(
          'query ($t: String) { groups(filter: {text: $t}) { totalCount } roles(filter: {text: $t}) { totalCount } }',
          { t: 'İ'.repeat(n) },
        ),
    ],
    [
      100_000,
      (n) => send('query ($t: String) { groups(filter: {text: $t}) { totalCount } }', { t: 'İ'.repeat(n) }),
    ],
  ],
  'List of changes': [
    [
      200,
      (n) =>
        changes(
          list(n, (index) => ({
            grantPermissions: {
              subject: { group: `g${index % 50}` },
              target: { type: 'WORKFLOW_DEF', id: `w${index}` },
              access: ['READ'],
            },
          })),
        ),
    ],
    [200, (n) => changes(list(n, (index) => ({ createApplication: { name: `a${index}` } })))],
    [
      100,
      (n) =>
        send('query ($c: [AccessChangeInput!]!) { whatIf(changes: $c) { isComplete } }', {
          c: list(n, (index) => ({ addRole: { holder: { group: 'g1' }, roleId: `r${index}` } })),
        }),
    ],
    [
      400,
      (n) =>
        changes([
          {
            upsertUser: {
              id: 'u',
              name: 'U',
              contact: list(n, (index) => ({ kind: `k${index}`, value: 'v' })),
            },
          },
        ]),
    ],
  ],
  'Description of access': [
    [2000, (n) => plan(`users:\n${list(n, (index) => `  u${index}: {}\n`).join('')}`)],
    [1000, (n) => plan(`applications:\n${list(n, (index) => `  a${index}: {}\n`).join('')}`)],
    [
      1000,
      (n) =>
        plan(
          `applications: {a0: }\ngrants:\n${list(n, (index) => `  - {to: "application:a0", on: "TASK_DEF:t${index}", access: [READ]}\n`).join('')}`,
        ),
    ],
    [4000, (n) => plan(list(n, (index) => `k${index}: 1\n`).join(''))],
    [20_000, (n) => plan('['.repeat(n))],
    [20_000, (n) => plan('- '.repeat(n))],
    [4000, (n) => plan(': :\n'.repeat(n))],
    [50, (n) => plan(`users: &a {}\nx: [${'*a, '.repeat(n)}]`)],
  ],
  'First message of a WebSocket': [
    [
      8000,
      async (n) => {
        const socket = await RawSocket.open(gateway.endpoint.replace('http', 'ws'));
        socket.send(`{"type":"connection_init","payload":{"a":${'['.repeat(n)}`);
        await socket.closed;
      },
    ],
    [
      800,
      async (n) => {
        const socket = await RawSocket.open(gateway.endpoint.replace('http', 'ws'));
        const payload = Object.fromEntries(list(n, (index) => [`k${index}`, 1]));
        socket.send({ type: 'connection_init', payload: { ...payload, Authorization: `Bearer ${admin}` } });
        await socket.next();
        socket.close();
        await socket.closed;
      },
    ],
  ],
  'Messages of a WebSocket': [
    [200_000, (n) => onSocket((socket) => socket.send({ type: 'ping', payload: { a: x(n) } }))],
    [
      50,
      (n) =>
        onSocket((socket) => {
          const connection: Socket = Reflect.get(socket.socket, '_socket');
          connection.cork();
          for (let index = 0; index < n; index++) socket.subscribe(`o${index}`, '{ __typename }');
          connection.uncork();
        }, n * 2),
    ],
  ],
  'Hash of a persisted query': [
    [
      100_000,
      (n) =>
        gateway.post(
          JSON.stringify({
            query: '{ __typename }',
            extensions: { persistedQuery: { version: 1, sha256Hash: x(n) } },
          }),
          { 'content-type': 'application/json' },
        ),
    ],
    [
      5000,
      (n) => {
        const query = `{ __typename } #${x(n)}`;
        const sha256Hash = createHash('sha256').update(query).digest('hex');
        return gateway.post(
          JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
          { 'content-type': 'application/json' },
        );
      },
    ],
  ],
  'Body of a REST call': [
    [2000, (n) => rest('PUT', '/api/users/many', { name: 'Many', roles: list(n, (index) => `r${index}`) })],
    [2000, (n) => rest('PUT', '/api/users/many', { name: 'Many', groups: list(n, (index) => `g${index}`) })],
    [20, (n) => rest('PUT', '/api/users/many', { name: 'Many', groups: list(n, (index) => `g${index}`) })],
    [2000, (n) => rest('POST', '/api/roles', { name: 'many', permissions: list(n, (index) => `P${index}`) })],
    [
      2000,
      (n) =>
        rest(
          'POST',
          '/api/groups/g1/users',
          list(n, (index) => `u${index}`),
        ),
    ],
    [
      2000,
      (n) =>
        rest('POST', '/api/auth/authorization', {
          subject: { type: 'GROUP', id: 'g1' },
          target: { type: 'TASK_DEF', id: 't' },
          access: list(n, () => 'READ'),
        }),
    ],
    [
      2000,
      (n) =>
        rest('PUT', '/api/users/many', {
          name: 'Many',
          contactInformation: Object.fromEntries(list(n, (index) => [`k${index}`, 'v'])),
        }),
    ],
    [100_000, (n) => rest('PUT', '/api/users/many', { name: x(n) })],
    [100_000, (n) => rest('PUT', '/api/users/many', '['.repeat(n))],
    [100_000, (n) => rest('POST', '/api/token', { keyId: x(n), keySecret: x(n) })],
  ],
  'Path and query of a REST call': [
    [1000, (n) => rest('GET', `/api/users/${x(n)}`)],
    [4000, (n) => rest('GET', `/api/users?apps=${x(n)}`)],
    [4000, (n) => rest('GET', `/api/users?${'a&'.repeat(n / 2)}`)],
    [1000, (n) => rest('GET', `/api/users/${'%41'.repeat(n)}`)],
  ],
  'Configuration file': [
    [3000, (n) => configFile(list(n, (index) => `k${index}: 1\n`).join(''))],
    [20_000, (n) => configFile('{a: '.repeat(n))],
    [3000, (n) => configFile(`corsOrigins: [${list(n, (index) => `"http://a${index}"`).join()}]`)],
  ],
  'Description in a file': [
    [
      4000,
      (n) => {
        const users = list(n, (index) => `  u${index}: {roles: [USER]}\n`).join('');
        return readDescription(`users:\n${users}`, 'access.yaml');
      },
    ],
    [
      2000,
      (n) => {
        const grants = list(n, (index) => `  - {to: "user:u${index}", on: "TASK_DEF:t", access: [READ]}\n`);
        return readDescription(`grants:\n${grants.join('')}`, 'access.yaml');
      },
    ],
  ],
};

/** Twice as much takes twice as long; some steps more for what grows in jumps, such as tables of hashes. */
const MOST = 2.3;

describe('twice as much of anything that a caller sends takes no more than twice the steps:', () => {
  for (const [input, ways] of Object.entries(INPUTS)) {
    test(`${input}`, async () => {
      const found: string[] = [];
      for (const [index, [n, way]] of ways.entries()) {
        const run = async (size: number) => way(size);
        // What is done once, the first time.
        await run(n);
        await run(2 * n);
        const [once, twice] = [await stepsOf(() => run(n)), await stepsOf(() => run(2 * n))];
        if (twice / once > MOST) found.push(`${index}: ${twice} / ${once} = ${(twice / once).toFixed(2)}`);
      }
      expect(found).toEqual([]);
    });
  }
});

test('the table in docs/limits.md has a row for each of them, and no other', () => {
  const rows = tableOf(readPage('docs/limits.md'), '| Input | Bound | What exceeds it |');
  expect(rows.map(([input]) => input)).toEqual(Object.keys(INPUTS));
});
