import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startAuthApi } from '../../src/authapi/server.ts';
import { createLogger } from '../../src/logger.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

const PAGES = { landingPage: true, explorer: true, console: true, claimPageToken: async () => 'CANARY' };
const PATHS = [
  '/',
  '/explorer',
  '/console',
  '/landing-page.js',
  '/graphql',
  '/health',
  '/pages/token',
  '/%zz',
  '/x',
];

let upstream: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  upstream = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(upstream.url, { ...PAGES, admin: { host: '127.0.0.1', port: 0 } });
});
afterEach(() => upstream.reset());
afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
});

interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request with any `Host` header, or with a whole URL in its first line. */
async function send(url: string, path: string, host: string, { method = 'GET', body, headers }: Sent = {}) {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, method, headers: { host, ...headers } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode as number, text: Buffer.concat(chunks).toString() };
}

function lines({ logged }: Pick<GatewayUnderTest, 'logged'>) {
  return logged.filter(({ msg }) => String(msg).includes('421'));
}

describe('a request that names a host which is not ours', () => {
  test.each(PATHS)('gets 421 and nothing else at %s', async (path) => {
    const { status, text } = await send(gateway.url, path, 'evil.example:4000');
    expect(status).toBe(421);
    expect(JSON.parse(text)).toEqual({
      errors: [
        {
          message: expect.stringMatching(/--allowed-hosts, ROLEGRAPH_ALLOWED_HOSTS, or allowedHosts/),
          extensions: { code: 'MISDIRECTED_REQUEST', requestId: expect.any(String) },
        },
      ],
    });
  });

  test('is no operation, on the short way and on the long one', async () => {
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    const json = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const own = { ...json, origin: 'http://evil.example' };
    const stream = { ...own, accept: 'text/event-stream' };
    for (const headers of [json, own, stream]) {
      const got = await send(gateway.url, '/graphql', 'evil.example', { method: 'POST', body, headers });
      expect(got.status).toBe(421);
    }
    expect(upstream.log).toEqual([]);
  });

  test('opens no WebSocket, though the page that asks comes from that very host', async () => {
    const { port } = new URL(gateway.url);
    const headers = { host: `evil.example:${port}`, origin: `http://evil.example:${port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { headers });
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(421);
    socket.on('error', () => {}).terminate();
  });

  test('may name it in its first line, where it wins over the header', async () => {
    const own = new URL(gateway.url).host;
    expect((await send(gateway.url, 'http://evil.example/explorer', own)).status).toBe(421);
    expect((await send(gateway.url, `http://${own}/health`, own)).status).not.toBe(421);
  });

  test('gets 421 on the admin port', async () => {
    for (const path of ['/metrics', '/ready', '/live', '/x']) {
      const { status, text } = await send(gateway.adminUrl ?? '', path, 'evil.example');
      expect(status).toBe(421);
      expect(text).toContain('ROLEGRAPH_ALLOWED_HOSTS');
      expect((await send(gateway.adminUrl ?? '', path, 'localhost')).status).not.toBe(421);
    }
  });

  test('gets 421 from the embedded API, its description and its page', async () => {
    const api = await startAuthApi({
      host: '127.0.0.1',
      port: 0,
      data: ':memory:',
      seed: false,
      logger: createLogger('silent'),
    });
    try {
      for (const path of [
        '/docs',
        '/docs/static/index.html',
        '/openapi.json',
        '/api/users',
        '/health',
        '/%zz',
      ]) {
        const { status, text } = await send(api.url, path, 'evil.example');
        expect([status, JSON.parse(text)]).toEqual([
          421,
          {
            status: 421,
            message: expect.stringContaining('--allowed-hosts'),
            instance: 'rolegraph',
            retryable: false,
          },
        ]);
        expect((await send(api.url, path, 'localhost:8080')).status).not.toBe(421);
      }
    } finally {
      await api.stop();
    }
  });

  test.each([
    ['Host', ['Host: evil.example']],
    ['Authorization', ['Authorization: Bearer a', 'authorization: Bearer b']],
    ['X-Authorization', ['X-Authorization: a', 'x-authorization: a']],
  ])('%s twice is 400 on the admin port and from the embedded API', async (_, twice) => {
    const api = await startAuthApi({
      host: '127.0.0.1',
      port: 0,
      data: ':memory:',
      seed: false,
      logger: createLogger('silent'),
    });
    try {
      for (const [url, path] of [
        [gateway.adminUrl ?? '', '/metrics'],
        [api.url, '/api/users'],
        [api.url, '/docs'],
      ] as const) {
        const { port } = new URL(url);
        const head = [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...twice];
        const socket = connect(Number(port), '127.0.0.1');
        socket.end(`${head.join('\r\n')}\r\n\r\n`);
        const answer = await text(socket);
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toContain('was sent twice. Send it once.');
      }
    } finally {
      await api.stop();
    }
  });

  test('is told in the log, once for each host, with the setting to change, and not without end', async () => {
    const quiet = await GatewayUnderTest.start(upstream.url);
    try {
      for (const host of ['one.example', 'ONE.example:80', 'two.example']) await send(quiet.url, '/', host);
      expect(lines(quiet)).toMatchObject([
        {
          level: 40,
          host: 'one.example',
          msg: expect.stringContaining('allowedHosts (--allowed-hosts)'),
        },
        { level: 40, host: 'two.example' },
      ]);
      for (let n = 0; n < 150; n++) await send(quiet.url, '/', `x${n}.example`);
      expect(lines(quiet)).toHaveLength(100);
    } finally {
      await quiet.stop();
    }
  });
});

describe('a gateway on all interfaces', () => {
  test('answers the probes of a pod, which name its address, and the names that it is told', async () => {
    const pod = await GatewayUnderTest.start(upstream.url, {
      host: '0.0.0.0',
      allowedHosts: ['rolegraph', '*.svc.cluster.local'],
      admin: { host: '0.0.0.0', port: 0, allowedHosts: ['rolegraph'] },
    });
    try {
      const admin = (pod.adminUrl ?? '').replace('0.0.0.0', '127.0.0.1');
      for (const path of ['/live', '/ready', '/metrics']) {
        const { status } = await send(admin, path, '10.244.1.7:4001');
        // A busy machine may be too late to be ready.
        expect(path === '/ready' ? [200, 503] : [200]).toContain(status);
      }
      for (const host of ['10.244.1.7:4000', 'rolegraph', 'rolegraph.team.svc.cluster.local', 'localhost']) {
        expect((await send(pod.url, '/health', host)).status).toBe(200);
      }
      expect((await send(pod.url, '/health', 'evil.example')).status).toBe(421);
      expect((await send(admin, '/metrics', 'evil.example')).status).toBe(421);
    } finally {
      await pod.stop();
    }
  });
});

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-host': 'evil.example' };

  test('the public host is ours, and what a trusted proxy passes on of another is refused', async () => {
    const front = await GatewayUnderTest.start(upstream.url, {
      publicUrl: 'https://api.example.com/rolegraph',
      trustedProxies: ['127.0.0.1'],
    });
    try {
      const ask = (host: string, headers: Record<string, string> = {}) =>
        send(front.url, '/rolegraph/health', host, { headers }).then(({ status }) => status);
      expect(await ask('api.example.com')).toBe(200);
      expect(await ask('API.example.com:443')).toBe(200);
      expect(await ask('localhost', { 'x-forwarded-host': 'evil.example, api.example.com' })).toBe(200);
      expect(
        await ask('localhost', { forwarded: 'for=1.2.3.4;host="api.example.com:443";proto=https' }),
      ).toBe(200);
      expect(await ask('localhost', forwarded)).toBe(421);
      // What came to the proxy with the request stands before what it writes itself.
      expect(await ask('localhost', { 'x-forwarded-host': 'api.example.com, evil.example' })).toBe(421);
      expect(await ask('localhost', { forwarded: 'host=api.example.com, host=evil.example' })).toBe(421);
      expect(await ask('localhost', { ...forwarded, forwarded: 'host=api.example.com' })).toBe(421);
    } finally {
      await front.stop();
    }
  });

  test('which nobody trusts, what it says of the host counts for nothing', async () => {
    const front = await GatewayUnderTest.start(upstream.url, { publicUrl: 'https://api.example.com/' });
    try {
      const host = new URL(front.url).host;
      expect((await send(front.url, '/health', host, { headers: forwarded })).status).toBe(200);
      const others = { headers: { 'x-forwarded-host': 'api.example.com' } };
      expect((await send(front.url, '/health', 'evil.example', others)).status).toBe(421);
    } finally {
      await front.stop();
    }
  });
});
