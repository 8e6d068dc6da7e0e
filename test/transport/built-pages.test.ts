import { readdirSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { GatewayOptions } from '../../src/gateway/options.ts';
import { buildSchema } from '../../src/gateway/schema.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterAll(() => server.stop());

async function serve(options: Partial<GatewayOptions>) {
  const gateway = await GatewayUnderTest.start(server.url, options);
  onTestFinished(() => gateway.stop());
  return async (path: string) => {
    const response = await fetch(gateway.url + path);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

function initialState(page: string): unknown {
  const data = /<script type="application\/json" id="initial-state">([^<]*)<\/script>/.exec(page)?.[1];
  return JSON.parse(data ?? 'missing');
}

describe.each([
  { path: '/explorer', on: { explorer: true } },
  { path: '/console', on: { console: true } },
])('the page $path', ({ path, on }) => {
  test('is there when it is switched on, and else is not', async () => {
    expect((await (await serve(on))(path)).status).toBe(200);
    expect((await (await serve({}))(path)).status).toBe(404);
  });

  test('loads files of ours alone, and is not framed or kept', async () => {
    const { headers, text } = await (await serve(on))(path);
    expect(headers.get('content-security-policy')).not.toContain('http');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none';script-src 'self';.*;frame-ancestors 'none'/,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    const files = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
    expect(files.filter((url) => !url?.startsWith('/pages/assets/'))).toEqual(['data:,']);
    for (const [, attributes, content] of text.matchAll(/<script([^>]*)>([^<]*)/g)) {
      if (!attributes?.includes('application/json')) expect(content).toBe('');
    }
  });

  test('begins with a placeholder, and with nothing that is secret, whoever asks for it', async () => {
    const claimed: string[] = [];
    const claimPageToken = async (key: string) => {
      claimed.push(key);
      return 'CANARY';
    };
    const given = await (await serve({ ...on, claimPageToken }))(path);
    expect(given.text).not.toContain('CANARY');
    expect(initialState(given.text)).toEqual({
      base: '/',
      hint: expect.stringContaining('open this page by its link'),
      headers: { Authorization: 'Bearer PASTE-A-TOKEN' },
    });
    const { text } = await (await serve(on))(path);
    expect(initialState(text)).toMatchObject({ hint: null });
    expect(claimed).toEqual([]);
  });

  test('finds everything below the path of publicUrl, whose text cannot break out', async () => {
    const publicUrl = `https://api.example.com/a&lt;'"><script>/b`;
    const get = await serve({ ...on, publicUrl });
    const base = "/a&lt;'%22%3E%3Cscript%3E/b/";
    for (const at of ['', base.slice(0, -1)]) {
      const { status, text } = await get(at + path);
      expect(status).toBe(200);
      expect(initialState(text)).toMatchObject({ base });
      const files = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url);
      expect(files.filter((url) => !url.startsWith(`${base.replace('&', '&amp;')}pages/assets/`))).toEqual([
        'data:,',
      ]);
      for (const url of files.slice(1)) expect((await get(url.replace('&amp;', '&'))).status).toBe(200);
    }
  });

  test('has files that browsers keep, and no way to others', async () => {
    const get = await serve(on);
    const script = /src="([^"]*\.js)"/.exec((await get(path)).text)?.[1] ?? '';
    const { status, headers } = await get(script);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toMatch(/javascript/);
    for (const other of ['', '../explorer/index.html', '%2e%2e/%2e%2e/package.json', 'nothing.js']) {
      expect((await get(`/pages/assets/${other}`)).status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('the examples of the explorer', () => {
  const folder = new URL('../../web/explorer/examples/', import.meta.url);
  const schema = buildSchema();
  test.each(readdirSync(folder))('%s begins with a title and a hint, and fits the schema', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    expect(text).toMatch(/^# .+\n# .+\n(query|mutation|subscription) /);
    expect(validate(schema, parse(text))).toEqual([]);
  });
});
