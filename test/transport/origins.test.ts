import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type GatewayOverrides, GatewayUnderTest } from './gateway-under-test.ts';

type Headers = Readonly<Record<string, string>>;

let upstream: MisbehavingServer;
beforeAll(async () => {
  upstream = await MisbehavingServer.start();
});
afterAll(() => upstream.stop());

/** Runs a gateway for as long as something is asked of it. */
async function behind(options: GatewayOverrides, use: (gateway: GatewayUnderTest) => Promise<void>) {
  const gateway = await GatewayUnderTest.start(upstream.url, options);
  try {
    await use(gateway);
  } finally {
    await gateway.stop();
  }
}

/** Asks for streams as a page does: the statuses of a WebSocket, and of server-sent events. */
async function statuses({ url }: GatewayUnderTest, headers: Headers, path = '/graphql'): Promise<unknown[]> {
  const { hostname, port } = new URL(url);
  const socket = new WebSocket(`ws://${hostname}:${port}${path}`, 'graphql-transport-ws', { headers });
  socket.on('error', () => {});
  const upgraded = await Promise.race([
    once(socket, 'upgrade').then(([response]) => response.statusCode),
    once(socket, 'unexpected-response').then(([, response]) => response.statusCode),
  ]);
  socket.terminate();
  const accept = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const sent = request({ hostname, port, path, method: 'POST', headers: { ...accept, ...headers } });
  sent.end('{"query":"{ __typename }"}');
  const [response] = await once(sent, 'response');
  response.resume();
  return [upgraded, response.statusCode];
}

const MAY = [101, 200];
const MAY_NOT = [403, 403];

describe('a page that asks for a stream', () => {
  test.each<[origin: string, host: string, what: unknown[]]>([
    ['http://localhost', 'localhost:80', MAY],
    ['https://localhost', 'localhost:443', MAY],
    ['https://localhost:443', 'localhost', MAY],
    ['http://LOCALHOST:4000', 'localhost:4000', MAY],
    ['http://localhost:4000', 'LocalHost:4000', MAY],
    ['http://[::1]:4000', '[0:0::1]:4000', MAY],
    ['http://localhost:4000', 'localhost:4001', MAY_NOT],
    ['http://localhost', 'localhost:443', MAY_NOT],
    ['http://127.0.0.1:4000', 'localhost:4000', MAY_NOT],
    ['http://localhost:4000@evil.example', 'localhost:4000', MAY_NOT],
    ['http://localhost:4000/evil', 'localhost:4000', MAY_NOT],
    ['ftp://localhost:4000', 'localhost:4000', MAY_NOT],
    ['null', 'localhost:4000', MAY_NOT],
    ['', 'localhost:4000', MAY_NOT],
    ['localhost:4000', 'localhost:4000', MAY_NOT],
  ])('from %s, of the host %s, gets %s', async (origin, host, expected) => {
    await behind({}, async (gateway) => expect(await statuses(gateway, { origin, host })).toEqual(expected));
  });

  test('from an origin that is configured may, in whatever spelling it comes', async () => {
    const corsOrigins = ['https://app.example.com', 'https://xn--bcher-kva.example'];
    await behind({ corsOrigins }, async (gateway) => {
      for (const origin of [
        'https://app.example.com:443',
        'HTTPS://APP.example.com',
        'https://b\u00fccher.example',
      ]) {
        const written = Buffer.from(origin).toString('latin1');
        const expected = origin === written ? MAY : MAY_NOT;
        expect(await statuses(gateway, { origin: written })).toEqual(expected);
      }
      expect(await statuses(gateway, { origin: 'https://xn--bcher-kva.example' })).toEqual(MAY);
      expect(await statuses(gateway, { origin: 'http://app.example.com' })).toEqual(MAY_NOT);
      expect(await statuses(gateway, { origin: 'https://app.example.com:8443' })).toEqual(MAY_NOT);
    });
  });
});

describe('behind a proxy that rewrites Host', () => {
  const origin = 'https://gw.example.com';
  const told = { 'x-forwarded-host': 'gw.example.com', 'x-forwarded-proto': 'https' };
  const inOne = { forwarded: 'for=192.0.2.1;host="gw.example.com:443";proto=https' };

  test('pages of the public address may where a trusted proxy tells it', async () => {
    await behind({ trustedProxies: ['127.0.0.0/8'] }, async (gateway) => {
      expect(await statuses(gateway, { origin, ...told })).toEqual(MAY);
      expect(await statuses(gateway, { origin, ...inOne })).toEqual(MAY);
      expect(await statuses(gateway, { origin, 'x-forwarded-host': 'GW.example.com:443' })).toEqual(MAY);
      expect(await statuses(gateway, { origin: 'http://gw.example.com', ...told })).toEqual(MAY_NOT);
      expect(await statuses(gateway, { origin: 'https://evil.example', ...told })).toEqual(MAY_NOT);
      const claimed = { 'x-forwarded-host': 'evil.example, gw.example.com' };
      expect(await statuses(gateway, { origin: 'https://evil.example', ...claimed })).toEqual(MAY_NOT);
    });
  });

  test('what anybody else tells counts for nothing', async () => {
    for (const trustedProxies of [[], ['10.0.0.0/8']]) {
      await behind({ trustedProxies }, async (gateway) => {
        expect(await statuses(gateway, { origin, ...told })).toEqual(MAY_NOT);
        expect(await statuses(gateway, { origin, ...inOne })).toEqual(MAY_NOT);
      });
    }
  });

  test.each([
    'https://gw.example.com',
    'https://GW.example.com:443/rolegraph/',
    'https://gw.example.com/a/b',
  ])('pages of publicUrl may, whatever the proxy tells: %s', async (publicUrl) => {
    await behind({ publicUrl }, async (gateway) => {
      expect(await statuses(gateway, { origin })).toEqual(MAY);
      expect(await statuses(gateway, { origin, host: 'gw.example.com' })).toEqual(MAY);
      expect(await statuses(gateway, { origin: 'http://gw.example.com', host: 'gw.example.com' })).toEqual(
        MAY_NOT,
      );
      expect(await statuses(gateway, { origin: 'https://gw.example.com:8443' })).toEqual(MAY_NOT);
      // The page as it is found without the proxy.
      expect(await statuses(gateway, { origin: gateway.url })).toEqual(MAY);
    });
  });

  test('everything is found with the path of publicUrl and without it', async () => {
    await behind({ publicUrl: 'https://gw.example.com/role/graph/', landingPage: true }, async (gateway) => {
      for (const base of ['', '/role/graph']) {
        expect(await statuses(gateway, { origin }, `${base}/graphql`)).toEqual(MAY);
        const ask = (path: string) => fetch(gateway.url + base + path).then(({ status }) => status);
        expect(await Promise.all(['', '/', '/?a', '/health'].map(ask))).toEqual([200, 200, 200, 200]);
        expect(await ask('/graphql?query={__typename}')).toBe(400);
        const plain = await fetch(`${gateway.url}${base}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ __typename }"}',
        });
        expect(await plain.json()).toEqual({ data: { __typename: 'Query' } });
      }
      for (const path of ['/role/graphs/health', '/role/health', '/role/graph/role/graph/health']) {
        expect((await fetch(gateway.url + path)).status).toBe(404);
      }
    });
  });
});

describe('a refused origin', () => {
  const lines = ({ logged }: GatewayUnderTest) => logged.filter(({ msg }) => String(msg).includes('origin'));

  test('has a line in the log, once, whichever way its pages ask, with the setting that allows it', async () => {
    await behind({ corsOrigins: ['https://app.example.com'] }, async (gateway) => {
      const own = gateway.url;
      for (const origin of [
        'https://one.example',
        own,
        'https://app.example.com',
        'https://studio.apollographql.com',
      ]) {
        await fetch(gateway.endpoint, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        await gateway.send('{ __typename }', {}, { origin });
        await statuses(gateway, { origin });
      }
      await statuses(gateway, { origin: 'https://two.example' });
      expect(lines(gateway)).toMatchObject([
        { level: 40, origin: 'https://one.example', msg: expect.stringContaining('--cors-origins') },
        { level: 40, origin: 'https://two.example', msg: expect.stringContaining('--cors-origins') },
      ]);
    });
  });

  test('that is made up has no line without end', async () => {
    await behind({}, async (gateway) => {
      for (let n = 0; n < 150; n++) await gateway.send('{', {}, { origin: `https://x${n}.example` });
      await gateway.send('{', {}, { origin: `https://${'x'.repeat(5000)}.example` });
      expect(lines(gateway)).toHaveLength(100);
    });
  });
});
