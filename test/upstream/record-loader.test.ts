import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RestClient } from '../../src/gateway/upstream/client/client.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import type { Keyed } from '../../src/gateway/upstream/reading/read.ts';
import { MOST_SINGLES } from '../../src/gateway/upstream/reading/read-costs.ts';
import { createRecordLoader, type RecordLoader } from '../../src/gateway/upstream/reading/record-loader.ts';
import { list, nothing, object, text } from '../../src/gateway/upstream/reading/shape.ts';
import { html } from './bad-answers.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const readGroup = (body: unknown): Keyed => ({ id: text(object(body, 'group')['id'], 'group.id') });

function groupsOf(client: RestClient): RecordLoader<Keyed> {
  return createRecordLoader(client, {
    kind: 'groups',
    one: (id) => client.find(path`/api/groups/${id}`, readGroup),
    all: () => client.get(path`/api/groups`, (body) => list(body, 'groups', readGroup)),
  });
}

/** Ids `g0`, `g1` …, each known to the server one by one. */
function groups(count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => `g${index}`);
  for (const id of ids) server.on(`GET /api/groups/${id}`, json({ id }));
  return ids;
}

const records = (ids: readonly string[]): Keyed[] => ids.map((id) => ({ id }));
const singles = (ids: readonly string[]): string[] => ids.map((id) => `GET /api/groups/${id}`);
const LIST = 'GET /api/groups';
const MANY = MOST_SINGLES + 1;

describe('records asked for in one tick', () => {
  test('are read one by one while they are few', async () => {
    const ids = groups(MOST_SINGLES);
    const loader = groupsOf(clientFor(server.url));
    expect(await Promise.all(ids.map(loader.load))).toEqual(records(ids));
    expect(server.log.sort()).toEqual(singles(ids).sort());
  });

  test('are read with one list when they are many', async () => {
    const ids = groups(MANY);
    server.on(LIST, json(records(ids)));
    const loader = groupsOf(clientFor(server.url));
    expect(await Promise.all(ids.map(loader.load))).toEqual(records(ids));
    expect(server.log).toEqual([LIST]);
  });

  test('count once each, however often they are asked for', async () => {
    const ids = groups(MOST_SINGLES);
    const loader = groupsOf(clientFor(server.url));
    await Promise.all([...ids, ...ids, ...ids].map(loader.load));
    expect(server.log).toHaveLength(MOST_SINGLES);
  });

  test.each([403, 404, 405])('are read one by one where the list answers %i', async (status) => {
    const ids = groups(MANY);
    server.on(LIST, json({ message: 'no' }, status));
    const loader = groupsOf(clientFor(server.url));
    expect(await Promise.all(ids.map(loader.load))).toEqual(records(ids));
    expect(server.log[0]).toBe(LIST);
    expect(server.log.slice(1).sort()).toEqual(singles(ids).sort());
  });

  test('are read one by one where the list lacks them, and null where there is none', async () => {
    const ids = groups(MANY);
    server.on(LIST, json(records(ids.slice(2))));
    const loader = groupsOf(clientFor(server.url));
    const loaded = await Promise.all([...ids, 'unknown'].map(loader.load));
    expect(loaded).toEqual([...records(ids), null]);
    expect(server.log[0]).toBe(LIST);
    expect(server.log.slice(1).sort()).toEqual(singles(['g0', 'g1', 'unknown']));
  });

  test.each([
    ['fails', json({}, 503), 'UPSTREAM_ERROR'],
    ['refuses the token', json({ message: 'Expired' }, 401), 'UNAUTHENTICATED'],
    ['is no list', json({ oops: true }), 'UPSTREAM_INVALID_RESPONSE'],
  ])('all fail, without more calls, where the list %s', async (_, answer, code) => {
    const ids = groups(MANY);
    server.on(LIST, answer);
    const loader = groupsOf(clientFor(server.url));
    const loaded = await Promise.allSettled(ids.map(loader.load));
    expect(loaded).toHaveLength(MANY);
    for (const result of loaded) expect(result).toMatchObject({ status: 'rejected', reason: { code } });
    expect(server.log).toEqual([LIST]);
  });

  test('leave the others alone when one is bad', async () => {
    const ids = groups(3);
    server.on('GET /api/groups/g1', html('oops'));
    const loader = groupsOf(clientFor(server.url));
    const [first, bad, last] = await Promise.allSettled(ids.map(loader.load));
    expect(first).toEqual({ status: 'fulfilled', value: { id: 'g0' } });
    expect(bad).toMatchObject({ reason: { code: 'UPSTREAM_INVALID_RESPONSE' } });
    expect(last).toEqual({ status: 'fulfilled', value: { id: 'g2' } });
  });

  test('leave the others alone when an id cannot be sent', async () => {
    const ids = groups(2);
    const loader = groupsOf(clientFor(server.url));
    const [bad, ...good] = await Promise.allSettled(['..', ...ids].map(loader.load));
    expect(bad).toMatchObject({ reason: { code: 'BAD_USER_INPUT' } });
    expect(good.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});

describe('a list that was read for something else', () => {
  test('answers for its records', async () => {
    server.on(LIST, json(records(['a', 'b'])));
    const loader = groupsOf(clientFor(server.url));
    expect(await loader.list()).toEqual(records(['a', 'b']));
    expect(await Promise.all(['b', 'a'].map(loader.load))).toEqual(records(['b', 'a']));
    expect(server.log).toEqual([LIST]);
  });

  test('is not read again when many are asked for', async () => {
    const ids = groups(MANY);
    server.on(LIST, json([]));
    const loader = groupsOf(clientFor(server.url));
    await loader.list();
    await Promise.all(ids.map(loader.load));
    expect(server.log.filter((call) => call === LIST)).toHaveLength(1);
  });

  test('may come along with another record', async () => {
    groups(1);
    const loader = groupsOf(clientFor(server.url));
    loader.prime(records(['m0', 'm1']));
    expect(await Promise.all(['m1', 'g0', 'm0'].map(loader.load))).toEqual(records(['m1', 'g0', 'm0']));
    expect(server.log).toEqual(['GET /api/groups/g0']);
  });
});

describe('a write', () => {
  test('makes the loader forget single records', async () => {
    groups(1);
    server.on('PUT /api/groups/g0', json({}));
    const client = clientFor(server.url);
    const loader = groupsOf(client);
    await loader.load('g0');
    await client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/groups/g0`, nothing, {});
    server.on('GET /api/groups/g0', json({}, 404));
    expect(await loader.load('g0')).toBeNull();
  });

  test('makes it forget lists, read and brought along', async () => {
    groups(2);
    // Long enough that it is not worth reading for two.
    const long = Array.from({ length: 50 }, (_, index) => `other-${index}`);
    server.on(LIST, json(records(['g0', ...long]))).on('PUT /api/groups/g0', json({}));
    const client = clientFor(server.url);
    const loader = groupsOf(client);
    await loader.list();
    loader.prime(records(['g1']));
    await client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/groups/g0`, nothing, {});
    await Promise.all(['g0', 'g1'].map(loader.load));
    expect(server.log.slice(0, 2)).toEqual([LIST, 'PUT /api/groups/g0']);
    expect(server.log.slice(2).sort()).toEqual(singles(['g0', 'g1']));
  });
});
