import { afterEach, expect, test } from 'vitest';
import { PageLinks } from '../../src/cli/page-links.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(links: PageLinks | null) {
  const upstream = await MisbehavingServer.start();
  stops.push(() => upstream.stop());
  const gateway = await GatewayUnderTest.start(upstream.url, {
    explorer: true,
    compression: true,
    corsOrigins: ['https://app.example.com'],
    claimPageToken: links && (async (key) => links.claim(key)),
  });
  stops.push(() => gateway.stop());
  return {
    gateway,
    async claim(body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${gateway.url}/pages/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
  };
}

function keyOf(link: URL): string {
  return link.hash.replace('#key=', '');
}

test('the key of a link gives the token once, and every link has a key of its own', async () => {
  const token = 't0k.'.repeat(1000);
  const links = new PageLinks(token);
  const page = new URL('https://api.example.com/rolegraph/explorer');
  const [first, second] = [links.linkTo(page), links.linkTo(page)];
  expect(first.href).toMatch(/^https:\/\/api\.example\.com\/rolegraph\/explorer#key=[\w-]{22}$/);
  const { claim } = await start(links);
  const given = await claim({ key: keyOf(first) });
  expect([given.status, given.body]).toEqual([200, { token }]);
  expect(given.headers.get('cache-control')).toBe('no-store, no-transform');
  expect(given.headers.get('content-encoding')).toBeNull();
  const again = await claim({ key: keyOf(first) });
  expect([again.status, again.body.errors[0].extensions.code]).toEqual([403, 'BAD_REQUEST']);
  expect(again.body.errors[0].message).toContain('has given its token already');
  expect((await claim({ key: keyOf(second) })).body).toEqual({ token });
});

test.each([
  { key: '' },
  { key: 'x'.repeat(200) },
  { key: null },
  {},
  [],
  'key',
])('no other key gives a token, nor does a body of another shape: %j', async (body) => {
  const links = new PageLinks('CANARY');
  links.linkTo(new URL('http://127.0.0.1/'));
  const { claim } = await start(links);
  const { status, body: answer } = await claim(body);
  expect([400, 403]).toContain(status);
  expect(JSON.stringify(answer)).not.toContain('CANARY');
});

test('a page of another origin gets none, though it may call, and does not use up the link', async () => {
  const links = new PageLinks('CANARY');
  const key = keyOf(links.linkTo(new URL('http://127.0.0.1/')));
  const { gateway, claim } = await start(links);
  for (const origin of [
    'https://evil.example',
    'https://app.example.com',
    'https://studio.apollographql.com',
    'null',
  ]) {
    const { status, body } = await claim({ key }, { origin });
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain('CANARY');
  }
  expect((await claim({ key }, { origin: gateway.url })).body).toEqual({ token: 'CANARY' });
});

test('where no links were printed there is nothing to ask', async () => {
  const { claim } = await start(null);
  expect((await claim({ key: 'x' })).status).toBe(404);
});
