import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterAll(() => server.stop());

async function load(path: string, landingPageToken: string | null = null) {
  const gateway = await GatewayUnderTest.start(server.url, { landingPageToken });
  onTestFinished(() => gateway.stop());
  const response = await fetch(gateway.url + path, { headers: { accept: 'text/html' } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Finds what the page hands to Sandbox, as a browser would read it. */
function initialState(page: string): { document: string; headers: Record<string, string> } {
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

  test('brings its own script', async () => {
    const { status, headers, text } = await load('/landing-page.js');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(text).toContain('EmbeddedSandbox');
  });

  test('fills in the token it was given', async () => {
    const { text } = await load('/', 'eyJ.t0k.en');
    expect(initialState(text).headers).toEqual({ Authorization: 'Bearer eyJ.t0k.en' });
  });

  test('shows a placeholder without one', async () => {
    const { text } = await load('/');
    expect(initialState(text).headers).toEqual({ Authorization: 'Bearer PASTE-A-TOKEN' });
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

  test('cannot be broken out of', async () => {
    const token = '</script><script>alert(1)</script><!--';
    const { text } = await load('/', token);
    expect(text).not.toContain('alert(1)</script>');
    expect([...text.matchAll(/<script/g)]).toHaveLength(3);
    expect(text).not.toContain('<!--');
    expect(initialState(text).headers).toEqual({ Authorization: `Bearer ${token}` });
  });
});
