import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let upstream: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  upstream = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(upstream.url, {
    compression: true,
    landingPage: true,
    explorer: true,
  });
});
afterEach(() => upstream.reset());
afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
});

/** Takes deciding, so it is not answered on the short way. */
const LONG_WAY = { accept: 'application/json, */*;q=0.9' };
const WAYS = [
  { way: 'the short way', also: {} },
  { way: 'the long way', also: LONG_WAY },
  { way: 'the way of streams', also: { accept: 'application/json, text/event-stream' } },
];

interface Got {
  readonly status: number;
  readonly encoding: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** The body, read by its encoding. */
  readonly text: string;
}

async function get(path: string, headers: object, body?: string, url = gateway.url): Promise<Got> {
  const { hostname, port } = new URL(url);
  const method = body === undefined ? 'GET' : 'POST';
  const own = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request({ hostname, port, path, method, headers: { ...own, ...headers } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const encoding = response.headers['content-encoding'];
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }[String(encoding)];
  return {
    status: response.statusCode,
    encoding,
    headers: response.headers,
    bytes,
    text: String(decode ? decode(bytes) : bytes),
  };
}

function ask(query: string, headers: object, url?: string): Promise<Got> {
  return get('/graphql', headers, JSON.stringify({ query }), url);
}

const SCHEMA = '{ __schema { types { name description } } }';

describe.each(WAYS)('an answer on $way', ({ also }) => {
  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['deflate', undefined],
    ['identity', undefined],
    ['br;q=0', undefined],
    ['', undefined],
    ['nonsense;;q', undefined],
  ])('that is long comes, for a client which accepts %s, as %s', async (accepted, encoding) => {
    const plain = await ask(SCHEMA, also);
    expect(plain.encoding).toBeUndefined();
    expect(plain.headers['vary']).toMatch(/\bAccept-Encoding\b/);
    const got = await ask(SCHEMA, { ...also, 'accept-encoding': accepted });
    expect([got.status, got.encoding]).toEqual([200, encoding]);
    expect(got.text).toBe(plain.text);
    expect(got.headers['vary']).toBe(plain.headers['vary']);
    expect(Number(got.headers['content-length'])).toBe(got.bytes.length);
    if (encoding) expect(got.bytes.length).toBeLessThan(plain.bytes.length / 3);
  });

  test('that is short stays as it is, and says nothing of encodings', async () => {
    const got = await ask('{ __typename }', { ...also, 'accept-encoding': 'br, gzip' });
    expect([got.encoding, got.text]).toEqual([undefined, '{"data":{"__typename":"Query"}}\n']);
    expect(String(got.headers['vary'])).not.toContain('Accept-Encoding');
  });

  test('that carries a secret stays as it is, and no proxy may compress it either', async () => {
    const token = 'x'.repeat(5000);
    upstream.on('POST /api/token', json({ token }));
    upstream.on('POST /api/applications/app/accessKeys', json({ id: 'key', secret: 's3cret'.repeat(1000) }));
    const signIn = `mutation { generateToken(input: {keyId: "k", keySecret: "s"}) { token } }`;
    const create = `mutation { createAccessKey(applicationId: "app") { secret accessKey { id } } }`;
    for (const [mutation, secret] of [
      [signIn, token],
      [create, 's3cret'],
    ] as const) {
      const got = await ask(mutation, { ...also, 'accept-encoding': 'br, gzip' });
      expect([got.status, got.encoding]).toEqual([200, undefined]);
      expect(got.text).toContain(secret);
      expect(got.text.length).toBeGreaterThan(5000);
      expect(got.headers['cache-control']).toBe('no-store, no-transform');
    }
  });
});

test('a query by GET is compressed', async () => {
  const path = `/graphql?query=${encodeURIComponent(SCHEMA)}`;
  const headers = { 'accept-encoding': 'br', 'apollo-require-preflight': '1' };
  expect(await get(path, headers)).toMatchObject({ status: 200, encoding: 'br' });
});

test.each([
  'text/event-stream',
  'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
])('nothing in a stream is compressed: %s', async (accept) => {
  const got = await ask(SCHEMA, { accept, 'accept-encoding': 'br, gzip' });
  expect([got.status, got.encoding]).toEqual([200, undefined]);
  expect(got.headers['content-type']).toContain(accept.slice(0, 12));
  expect(got.text.length).toBeGreaterThan(10_000);
});

test('bodies of requests are not read in any encoding, now as before', async () => {
  const got = await ask('{ __typename }', { 'content-encoding': 'gzip' });
  expect(got.status).toBe(415);
});

describe('the files of pages', () => {
  const assets = new URL('../../pages/assets/', import.meta.url);
  const script = readdirSync(assets).find((name) => name.endsWith('.js')) ?? '';

  test.each([
    ['br', 'br'],
    ['gzip, deflate', 'gzip'],
  ])('come, for a browser that accepts %s, as %s', async (accepted, encoding) => {
    for (const path of [`/pages/assets/${script}`, '/']) {
      const plain = await get(path, {});
      const got = await get(path, { 'accept-encoding': accepted });
      expect([plain.encoding, got.encoding]).toEqual([undefined, encoding]);
      expect(got.text).toBe(plain.text);
      expect(got.bytes.length).toBeLessThan(plain.bytes.length);
      expect(String(got.headers['vary'])).toMatch(/accept-encoding/i);
    }
    const sent = await get(`/pages/assets/${script}`, {});
    expect(sent.text).toBe(readFileSync(new URL(script, assets), 'utf8'));
  });
});

test('without the setting nothing is compressed', async () => {
  const off = await GatewayUnderTest.start(upstream.url, { compression: false, landingPage: true });
  try {
    const headers = { 'accept-encoding': 'br, gzip' };
    for (const { also } of WAYS) {
      expect((await ask(SCHEMA, { ...also, ...headers }, off.url)).encoding).toBeUndefined();
    }
    expect((await get('/', headers, undefined, off.url)).encoding).toBeUndefined();
  } finally {
    await off.stop();
  }
});
