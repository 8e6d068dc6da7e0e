import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type GatewayOverrides, GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterAll(() => server.stop());

async function load(path: string, options: GatewayOverrides = {}) {
  const gateway = await GatewayUnderTest.start(server.url, options);
  onTestFinished(() => gateway.stop());
  const response = await fetch(gateway.url + path, { headers: { accept: 'text/html' } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Finds what the page hands to Sandbox, as a browser would read it. */
function initialState(page: string): { base: string; document: string; headers: Record<string, string> } {
  const data = /<script type="application\/json" id="initial-state">([^<]*)<\/script>/.exec(page)?.[1];
  return JSON.parse(data ?? 'missing');
}

describe('the landing page', () => {
  test('is a page of ours that nobody keeps or frames', async () => {
    const { status, headers, text } = await load('/');
    expect(status).toBe(200);
    expect(text).toContain('<title>Rolegraph</title>');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
    });
  });

  test('lets nothing run or connect but what it names', async () => {
    const { headers } = await load('/');
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split(';').map((rule) => {
        const [name = '', ...sources] = rule.trim().split(' ');
        return [name, sources];
      }),
    );
    expect(policy).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'", 'https://embeddable-sandbox.cdn.apollographql.com'],
      'frame-src': ['https://sandbox.embed.apollographql.com'],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
  });

  test('has no inline script and no handler in an attribute', async () => {
    const { text } = await load('/');
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts).toHaveLength(3);
    for (const [, attributes, content] of scripts) {
      if (!attributes?.includes('type="application/json"')) expect(content).toBe('');
    }
    expect(text).not.toMatch(/\son[a-z]+=|javascript:/i);
  });

  test.each(['/landing-page.js', '/tab-token.js'])('brings its own script, %s', async (path) => {
    const { status, headers } = await load(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  test('begins with a placeholder, and with nothing that is secret, whoever asks for it', async () => {
    const { text } = await load('/', { claimPageToken: async () => 'CANARY' });
    expect(text).not.toContain('CANARY');
    expect(initialState(text)).toMatchObject({
      base: '/',
      hint: expect.stringContaining('open this page by its link'),
      headers: { Authorization: 'Bearer PASTE-A-TOKEN' },
    });
    expect(initialState((await load('/')).text)).toMatchObject({ hint: null });
  });

  test('comes with a query that its own schema takes', async () => {
    const { text } = await load('/');
    const gateway = await GatewayUnderTest.start(server.url);
    onTestFinished(() => gateway.stop());
    const got = await gateway.send(initialState(text).document);
    expect(got.status).toBe(200);
    expect(got.data).toEqual({ group: null });
    expect(got.errors).toEqual([]);
  });

  test('leads to the explorer where that is', async () => {
    const gateway = await GatewayUnderTest.start(server.url, { explorer: true });
    onTestFinished(() => gateway.stop());
    expect(await (await fetch(gateway.url)).text()).toContain('<a href="/explorer">');
    expect((await load('/')).text).not.toContain('/explorer');
  });

  test('finds everything below the path of publicUrl, whose text cannot break out', async () => {
    const publicUrl = `https://api.example.com/a'"><script>&lt;/`;
    const base = "/a'%22%3E%3Cscript%3E&lt;/";
    const { text } = await load(base, { publicUrl, explorer: true });
    expect([...text.matchAll(/<script/g)]).toHaveLength(3);
    expect(initialState(text)).toMatchObject({ base });
    const written = base.replace('&', '&amp;');
    expect(text).toContain(`<script type="module" src="${written}landing-page.js">`);
    expect(text).toContain(`<a href="${written}explorer">`);
  });
});
