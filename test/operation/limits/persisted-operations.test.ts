import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  OperationListError,
  readOperationList,
} from '../../../src/gateway/operation/admission/persisted-operations/operation-list.ts';
import type { PersistedOperationsMode } from '../../../src/gateway/operation/admission/persisted-operations/persisted-operations.ts';
import { type Answer, GatewayUnderTest, readAnswer } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';

let server: MisbehavingServer;
const folder = mkdtempSync(join(tmpdir(), 'rolegraph-operations-'));
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const LISTED = 'query Roles($first: Int) { roles(first: $first) { nodes { id } } }';
const OTHER = '{ groups { totalCount } }';

/** What each tool writes for one operation, and the id that its clients send. */
const FORMS = {
  'an Apollo manifest': {
    id: 'apollo-1',
    content: {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'apollo-1', name: 'Roles', type: 'query', body: LISTED }],
    },
  },
  'a map of Relay': { id: 'd41d8cd98f00b204', content: { d41d8cd98f00b204: LISTED } },
  'the client preset’s persisted-documents.json': {
    id: 'a94a8fe5ccb19ba6',
    content: { a94a8fe5ccb19ba6: LISTED },
  },
};

function write(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function start(mode: PersistedOperationsMode, content: unknown = FORMS['a map of Relay'].content) {
  const list = readOperationList(write(content));
  const gateway = await GatewayUnderTest.start(server.url, {
    persistedOperations: { mode, list, apqBytes: 1000 },
  });
  onTestFinished(() => gateway.stop());
  server.on('GET /api/roles', json([{ name: 'ADMIN', permissions: [] }]));
  server.on('GET /api/groups', json([]));
  return gateway;
}

const ask = (
  gateway: GatewayUnderTest,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> => gateway.post(JSON.stringify(body), { 'content-type': 'application/json', ...headers });
const byHash = (hash: string, query?: string) => ({
  query,
  extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
});
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);

describe('an operation is known by its id from', () => {
  test.each(Object.entries(FORMS))('%s', async (_, { id, content }) => {
    const gateway = await start('id-only', content);
    const variables = { first: 1 };
    for (const body of [
      { documentId: id, variables },
      { doc_id: id, variables },
      { documentId: `sha256:${sha256(LISTED)}`, variables },
      { ...byHash(id), variables },
      { ...byHash(sha256(LISTED)), variables },
    ]) {
      for (const headers of [{}, { accept: 'application/graphql-response+json' }]) {
        const answer = await ask(gateway, body, headers);
        expect(answer.data).toEqual({ roles: { nodes: [{ id: 'ADMIN' }] } });
      }
    }
    const url = `${gateway.endpoint}?documentId=${encodeURIComponent(id)}&variables=${encodeURIComponent('{"first":1}')}`;
    const got = await readAnswer(await fetch(url, { headers: { 'apollo-require-preflight': '1' } }));
    expect(got.data).toEqual({ roles: { nodes: [{ id: 'ADMIN' }] } });
  });
});

describe('a reload', () => {
  test('brings ids where there were none, and takes them away again', async () => {
    const none = { mode: 'off', list: new Map(), apqBytes: 0 } as const;
    const gateway = await GatewayUnderTest.start(server.url, { persistedOperations: none });
    onTestFinished(() => gateway.stop());
    server.on('GET /api/roles', json([{ name: 'ADMIN', permissions: [] }]));
    const id = 'd41d8cd98f00b204';
    expect(codes(await ask(gateway, { documentId: id }))).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
    expect(codes(await ask(gateway, byHash(sha256(OTHER))))).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);

    gateway.reload({ persistedOperations: { mode: 'id-only', list: new Map([[id, LISTED]]), apqBytes: 0 } });
    const variables = { first: 1 };
    expect((await ask(gateway, { documentId: id, variables })).data).toEqual({
      roles: { nodes: [{ id: 'ADMIN' }] },
    });
    expect(codes(await ask(gateway, { documentId: 'other' }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);

    gateway.reload({ persistedOperations: none });
    expect(codes(await ask(gateway, { documentId: id }))).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
  });
});

describe('the list of operations', () => {
  test('that is off bounds nothing', async () => {
    const gateway = await start('off');
    expect((await ask(gateway, { query: OTHER })).errors).toEqual([]);
    expect((await ask(gateway, { documentId: FORMS['a map of Relay'].id })).errors).toEqual([]);
  });

  test('that is a record has each other operation logged once, by its hash', async () => {
    const gateway = await start('log');
    for (const query of [OTHER, LISTED, OTHER]) expect((await ask(gateway, { query })).errors).toEqual([]);
    const logged = gateway.logged.filter(({ msg }) => String(msg).includes('not in the list'));
    expect(logged).toMatchObject([{ sha256: sha256(OTHER) }]);
  });

  test('that allows what is listed takes ids and listed texts, and refuses every other text', async () => {
    const gateway = await start('allow-listed');
    expect((await ask(gateway, { query: LISTED })).errors).toEqual([]);
    expect((await ask(gateway, { documentId: FORMS['a map of Relay'].id })).errors).toEqual([]);
    server.reset();
    for (const body of [
      { query: OTHER },
      { query: `${LISTED} ` },
      byHash(sha256(OTHER), OTHER),
      { query: '{ nonsense' },
    ]) {
      const answer = await ask(gateway, body);
      expect(answer.status).toBe(400);
      expect(codes(answer)).toEqual(['QUERY_NOT_IN_SAFELIST']);
    }
    expect(codes(await ask(gateway, byHash(sha256(OTHER))))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(server.log).toEqual([]);
  });

  test('that takes ids only refuses every text, the listed one too', async () => {
    const gateway = await start('id-only');
    for (let turn = 0; turn < 4; turn++) {
      expect((await ask(gateway, { documentId: FORMS['a map of Relay'].id })).errors).toEqual([]);
    }
    for (const body of [
      { query: OTHER },
      { query: LISTED },
      byHash(sha256(LISTED), LISTED),
      { query: LISTED, documentId: FORMS['a map of Relay'].id },
    ]) {
      const answer = await ask(gateway, body);
      expect(answer.status).toBe(400);
      expect(codes(answer)).toEqual(['PERSISTED_QUERY_ID_REQUIRED']);
    }
    for (const body of [
      { documentId: 'unknown' },
      { documentId: '__proto__' },
      { documentId: 'constructor' },
    ]) {
      expect(codes(await ask(gateway, body))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    }
    for (const body of [{ documentId: 7 }, { documentId: ['x'] }, { documentId: 'a', doc_id: 'b' }]) {
      expect(codes(await ask(gateway, body))).toEqual(['BAD_REQUEST']);
    }
  });
});

describe('automatic persisted queries', () => {
  test('are registered by their hash, and only by that of their text', async () => {
    const gateway = await start('off');
    expect(codes(await ask(gateway, byHash(sha256(OTHER))))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect((await ask(gateway, byHash(sha256(LISTED), OTHER))).status).toBe(400);
    expect((await ask(gateway, byHash(sha256(OTHER), OTHER))).errors).toEqual([]);
    expect((await ask(gateway, byHash(sha256(OTHER)))).errors).toEqual([]);
  });

  test('are kept within bounds: those used longest ago are forgotten', async () => {
    const gateway = await start('off');
    const documents = Array.from({ length: 20 }, (_, n) => `query Q${n} { groups { totalCount } }`);
    for (const query of documents)
      expect((await ask(gateway, byHash(sha256(query), query))).errors).toEqual([]);
    const known: boolean[] = [];
    for (const query of documents) known.push(codes(await ask(gateway, byHash(sha256(query)))).length === 0);
    expect(known[0]).toBe(false);
    expect(known.filter(Boolean)).toHaveLength(10);
    expect(known.at(-1)).toBe(true);
  });

  test('are not registered when they are refused', async () => {
    const gateway = await start('off');
    const query = `{ ${'a: __typename '.repeat(101)} }`;
    expect(codes(await ask(gateway, byHash(sha256(query), query)))).toEqual(['REQUEST_LIMIT_EXCEEDED']);
    expect(codes(await ask(gateway, byHash(sha256(query))))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('a list of operations is refused at start, with what is wrong, when it', () => {
  test.each<[what: string, content: unknown, message: RegExp]>([
    ['is not JSON', '{ nonsense', /cannot be read: it is not JSON/],
    ['is a list', [LISTED], /unknown form: expected an Apollo manifest, or an object that holds the text/],
    ['holds anything but texts', { a: { text: LISTED } }, /unknown form: expected an Apollo manifest, or/],
    [
      'is a manifest of a later version',
      { format: 'apollo-persisted-query-manifest', version: 2, operations: [] },
      /version 1, and operations/,
    ],
    ['is empty', {}, /lists no operation/],
  ])('%s', (_, content, message) => {
    expect(() => readOperationList(write(content))).toThrow(OperationListError);
    expect(() => readOperationList(write(content))).toThrow(message);
  });

  test('is not there', () => {
    expect(() => readOperationList(join(folder, 'none.json'))).toThrow(/cannot be read: ENOENT/);
  });
});
