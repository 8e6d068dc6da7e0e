import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, start } from '../../cli/rolegraph.ts';
import { privateAuthority } from '../../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { FRONT_PROXIES, NGINX, runsProxies, startFrontProxy } from '../support/front-proxy.ts';
import { checkBrowser, launchBrowser, noBrowser } from './chromium.ts';
import { watch } from './sample-site.ts';

const PUBLIC = 'https://api.example.com/rolegraph/';
const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';
/** Runs in the page: follows changes by server-sent events, and gives what came once a change has. */
const FOLLOW_BY_SSE = `(async () => {
  const response = await fetch('/rolegraph/graphql', {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: 'Bearer ' + sessionStorage.getItem('rolegraph-token'),
    },
    body: JSON.stringify({ query: 'subscription { accessChanges { kind action } }' }),
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('MEMBERSHIP')) text += (await reader.read()).value;
  await reader.cancel();
  return text;
})()`;

test.runIf(noBrowser !== null)('There is a browser to test with', ({ skip }) => checkBrowser(skip));
test.skipIf(runsProxies)(`skipped for want of ${NGINX} or HAProxy: pages behind proxies`, () => {});

describe.skipIf(noBrowser !== null || !runsProxies).each(FRONT_PROXIES)('behind $name, over TLS', (proxy) => {
  let folder: string;
  let rolegraph: Running;
  let front: { stop(): Promise<void> };
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-proxy-'));
    rolegraph = start([
      'serve',
      ...['--port', '0', '--authapi-port', '0', '--data', join(folder, 'data'), '--public-url', PUBLIC],
    ]);
    const gateway = Number(await rolegraph.printed(/Listens on +http:\/\/127\.0\.0\.1:(\d+)/));
    const own = await freePort();
    const authority = await privateAuthority('Tests');
    front = await startFrontProxy(proxy, folder, { own, gateway }, await authority.issue('api.example.com'));
    browser = await launchBrowser({ names: { 'api.example.com:443': own } });
    // Of a private authority that the browser was not told of.
    context = await browser.newContext({ ignoreHTTPSErrors: true });
  });
  afterAll(async () => {
    await browser?.close();
    await front?.stop();
    await rolegraph?.stop();
    await rm(folder, { recursive: true });
  });

  const linkTo = (page: string) => rolegraph.printed(new RegExp(`${page} +(https:\\S+#key=\\S+)`));

  async function open(page: string): Promise<{ page: Page; complaints: string[] }> {
    const opened = await context.newPage();
    const complaints = watch(opened);
    await opened.route(`${CDN}/**`, (route) => route.abort());
    await opened.goto(await linkTo(page));
    return { page: opened, complaints };
  }

  /** Makes a change through the proxy, by the page's own token. */
  function change(page: Page, user: string): Promise<unknown> {
    const query = `mutation { addUserToGroup(groupId: "security", userId: "${user}") { userErrors { message } } }`;
    return page.evaluate(async (body) => {
      const token = sessionStorage.getItem('rolegraph-token');
      const response = await fetch('/rolegraph/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
      });
      return await response.json();
    }, JSON.stringify({ query }));
  }

  test('the explorer loads by its link, asks, and follows changes over a WebSocket', async () => {
    const { page, complaints } = await open('Explorer');
    await expect
      .poll(() => shown(page, HEADERS), { timeout: 60_000 })
      .toContain('"Authorization": "Bearer ey');
    expect(page.url()).toBe(`${PUBLIC}explorer`);
    await page.locator('.graphiql-execute-button').click();
    await expect.poll(() => shown(page, ANSWER), { timeout: 60_000 }).toContain('"description": "Builds the');
    await page.getByRole('button', { name: /^Follow changes/ }).click();
    const socket = page.waitForEvent('websocket');
    await page.locator('.graphiql-execute-button').click();
    const opened = await socket;
    expect(opened.url()).toBe(`${PUBLIC.replace('https', 'wss')}graphql`);
    await opened.waitForEvent('framesent', (frame) => String(frame.payload).includes('"subscribe"'));
    await change(page, 'sam@example.com');
    await expect.poll(() => shown(page, ANSWER), { timeout: 60_000 }).toContain('"kind": "MEMBERSHIP"');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the console loads by its link, is live, and draws; server-sent events come, too', async () => {
    const { page, complaints } = await open('Console');
    await page.getByRole('heading', { level: 1, name: 'Ada Lindqvist', exact: true }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    const streaming = page.waitForResponse(
      (response) => response.headers()['content-type']?.startsWith('text/event-stream') === true,
    );
    const followed = page.evaluate<string>(FOLLOW_BY_SSE);
    expect((await streaming).status()).toBe(200);
    await change(page, 'alan@example.com');
    expect(await followed).toMatch(/event: next\ndata: .*"kind":"MEMBERSHIP"/);
    await page.getByText(/membership created: alan@example.com/).waitFor();
    await page.close();
  });

  test('Sandbox is opened on the public endpoint, with the token of its link', async () => {
    const { page } = await open('Sandbox');
    await page.locator('#endpoint', { hasText: `${PUBLIC}graphql` }).waitFor();
    expect(await page.textContent('#curl')).toMatch(/authorization: Bearer eyJ/);
    await page.getByRole('link', { name: 'explorer' }).click();
    await expect
      .poll(() => shown(page, HEADERS), { timeout: 60_000 })
      .toContain('"Authorization": "Bearer ey');
    expect(page.url()).toBe(`${PUBLIC}explorer`);
    await page.close();
  });
});

const HEADERS = '.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines';
const ANSWER = '.result-window .view-lines';

async function shown(page: Page, selector: string): Promise<string> {
  const text = (await page.locator(selector).first().textContent()) ?? '';
  return text.replaceAll('\u00a0', ' ');
}
