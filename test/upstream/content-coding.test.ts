import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { listOf } from '../../src/gateway/upstream/reading/list-read.ts';
import { nothing, object, text } from '../../src/gateway/upstream/reading/shape.ts';
import { coded } from './bad-answers.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { type ClientOptions, clientFor, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const THING = path`/api/things`;
const CALL = 'GET /api/things';
const asIs = (body: unknown): unknown => body;
const things = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `thing-${String(n).padStart(6, '0')}`, name: 'José ✓' }));
const LIST = things(100);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const readThings = listOf('things', (item) => {
  const { id, name } = object(item, 'thing');
  return { id: text(id, 'thing.id'), name };
});

const read = (options: ClientOptions = {}) => clientFor(server.url, options).get(THING, asIs);
const invalid = (expected: string) => ({
  code: 'UPSTREAM_INVALID_RESPONSE',
  message: `An upstream's answer cannot be read: expected ${expected}.`,
});

describe('an answer in a content coding that nobody asked for', () => {
  test.each<[coding: string | string[], body: Buffer]>([
    ['gzip', gzipSync(bytes(LIST))],
    ['GZip', gzipSync(bytes(LIST))],
    ['x-gzip', gzipSync(bytes(LIST))],
    ['br', brotliCompressSync(bytes(LIST))],
    ['deflate', deflateSync(bytes(LIST))],
    ['deflate', deflateRawSync(bytes(LIST))],
    ['identity', bytes(LIST)],
    ['', bytes(LIST)],
    ['deflate, gzip', gzipSync(deflateSync(bytes(LIST)))],
    [['br', 'identity, gzip'], gzipSync(brotliCompressSync(bytes(LIST)))],
  ])('is read: %s', async (coding, body) => {
    server.on(CALL, coded(coding, body));
    expect(await read()).toEqual(LIST);
    expect(server.log).toEqual([CALL]);
  });

  test('is read in slices where it is long', async () => {
    const long = things(40_000);
    server.on(CALL, coded('gzip', gzipSync(bytes(long))));
    const client = clientFor(server.url, { responseBytes: 8 * 1024 * 1024 });
    expect(await client.get(THING, readThings)).toEqual(long);
  });

  test('is parsed once if it comes again, and is the same plain and coded', async () => {
    server.on(
      CALL,
      json(LIST),
      coded('gzip', gzipSync(bytes(LIST))),
      coded('br', brotliCompressSync(bytes(LIST))),
    );
    const upstream = upstreamFor(server.url);
    const models = [];
    for (let n = 0; n < 3; n += 1) models.push(await clientOf(upstream).get(THING, asIs));
    expect(models[1]).toBe(models[0]);
    expect(models[2]).toBe(models[0]);
  });

  test('to a write is read as well', async () => {
    server.on('POST /api/things', coded('gzip', gzipSync(bytes({ id: 'new' }))));
    const written = clientFor(server.url).write('NEVER_REPEATED', 'POST', THING, asIs, {});
    expect(await written).toEqual({ id: 'new' });
  });

  test('is none where it has no body, whatever it says', async () => {
    server.on('DELETE /api/things', coded('gzip', Buffer.alloc(0)));
    await clientFor(server.url).write('IDEMPOTENT_BY_METHOD', 'DELETE', THING, nothing);
  });

  test('is a refusal in its own words', async () => {
    server.on(CALL, coded('gzip', gzipSync(bytes({ status: 403, message: 'Not for you' })), 403));
    await expect(read()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Not for you' });
  });

  test('is a refusal even if what it says cannot be read', async () => {
    server.on(CALL, coded('gzip', Buffer.from('no gzip'), 403));
    await expect(read()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'The authorization API answered with status 403.',
    });
  });
});

describe('an answer in a content coding that cannot be read', () => {
  test.each<[what: string, coding: string, body: Buffer, expected: string]>([
    ['is named', 'zstd', zstdCompressSync(bytes(LIST)), 'a content coding of gzip, deflate or br, not zstd'],
    [
      'is named without what no coding has in its name',
      'a<script>b',
      bytes(LIST),
      'a content coding of gzip, deflate or br, not ascriptb',
    ],
    ['is not read with too many', 'gzip, gzip, gzip', bytes(LIST), 'at most 2 content codings'],
  ])('%s, and neither asked for again nor counted as trouble', async (_, coding, body, expected) => {
    server.on(CALL, coded(coding, body));
    const upstream = upstreamFor(server.url, { guard: { repeats: 2, pauseMs: 60_000 } });
    for (let n = 0; n < 25; n += 1) {
      await expect(clientOf(upstream).get(THING, asIs)).rejects.toMatchObject(invalid(expected));
    }
    expect(server.log).toHaveLength(25);
  });

  test.each<[what: string, coding: string, body: Buffer]>([
    ['breaks off', 'gzip', gzipSync(bytes(LIST)).subarray(0, -20)],
    ['breaks off', 'br', brotliCompressSync(bytes(LIST)).subarray(0, -20)],
    ['breaks off', 'deflate', deflateSync(bytes(LIST)).subarray(0, -20)],
    ['is something else', 'gzip', bytes(LIST)],
    ['is something else', 'br', bytes(LIST)],
    ['is something else', 'deflate', bytes(LIST)],
  ])('since it %s (%s) is asked for again', async (_, coding, body) => {
    server.on(CALL, coded(coding, body), json(LIST));
    expect(await read({ guard: { repeats: 1 } })).toEqual(LIST);
    expect(server.log).toHaveLength(2);
  });
});

describe('a small answer that stands for a large one', () => {
  const LARGE = bytes('x'.repeat(64 * 1024 * 1024));
  test.each<[coding: string, body: Buffer]>([
    ['gzip', gzipSync(LARGE)],
    ['br', brotliCompressSync(LARGE)],
    ['deflate', deflateSync(LARGE)],
    ['gzip, gzip', gzipSync(gzipSync(LARGE))],
  ])('is read no further than the cap: %s', async (coding, body) => {
    server.on(CALL, coded(coding, body));
    await expect(read({ responseBytes: 1_000_000 })).rejects.toMatchObject(invalid('at most 1000000 bytes'));
    expect(server.log).toHaveLength(1);
  });

  test('is read if it is exactly as large as it may be', async () => {
    server.on(CALL, coded('gzip', gzipSync(bytes('x'.repeat(998)))));
    expect(await read({ responseBytes: 1000 })).toHaveLength(998);
    server.on(CALL, coded('gzip', gzipSync(bytes('x'.repeat(999)))));
    await expect(read({ responseBytes: 1000 })).rejects.toMatchObject(invalid('at most 1000 bytes'));
  });
});
