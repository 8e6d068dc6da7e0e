import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, start } from '../../cli/rolegraph.ts';
import { checkBrowser, launchBrowser, noBrowser } from './chromium.ts';
import { giveToken } from './sample-site.ts';

const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';

test.runIf(noBrowser !== null)('There is a browser to test with', ({ skip }) => checkBrowser(skip));

describe.skipIf(noBrowser !== null)('in a browser', () => {
  let data: string;
  let friend: Server;
  let stranger: Server;
  let rolegraph: Running;
  let url: string;
  let token: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'rolegraph-browser-'));
    friend = await emptyPage();
    stranger = await emptyPage();
    const ports = ['--port', '0', '--authapi-port', '0'];
    rolegraph = start(['serve', ...ports, '--data', join(data, 'data'), '--cors-origins', originOf(friend)]);
    url = new URL(await rolegraph.printed(/GraphQL +(http:\S+)/)).origin;
    token = await rolegraph.printed(/^ +(ey\S+)$/m);
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    await giveToken(context, token);
    page = await context.newPage();
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser?.close();
    await rolegraph?.stop();
    for (const server of [friend, stranger]) server?.close();
    await rm(data, { recursive: true });
  });

  /** Opens the landing page with a CDN that cannot be reached, and records what went wrong. */
  async function open(): Promise<{ complaints: string[]; failed: string[]; loaded: string[] }> {
    const complaints: string[] = [];
    const failed: string[] = [];
    const loaded: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => failed.push(new URL(request.url()).origin));
    page.on('response', (response) =>
      loaded.push(`${response.status()} ${new URL(response.url()).pathname}`),
    );
    await page.route(`${CDN}/**`, (route) => route.abort('internetdisconnected'));
    await page.goto(url, { waitUntil: 'load' });
    return { complaints, failed, loaded };
  }

  /** What the page hands to Sandbox: what was written into it, with the token of the tab. */
  async function initialState(): Promise<{ document: string; headers: Record<string, string> }> {
    const { base, hint, ...state } = JSON.parse((await page.textContent('#initial-state')) ?? 'null');
    expect([base, hint]).toEqual(['/', expect.stringContaining('by its link')]);
    expect(state.headers.Authorization).toBe('Bearer PASTE-A-TOKEN');
    return { ...state, headers: { ...state.headers, Authorization: `Bearer ${token}` } };
  }

  test('the page loads from us, and only the CDN is missing', async () => {
    const { complaints, failed, loaded } = await open();
    expect(await page.title()).toBe('Rolegraph');
    expect(loaded).toEqual(['200 /', '200 /landing-page.js', '200 /tab-token.js']);
    expect(failed).toEqual([CDN]);
    expect(complaints).toEqual(['Failed to load resource: net::ERR_INTERNET_DISCONNECTED']);
  });

  test('without the CDN it says how to go on, with a command that names the endpoint and a token', async () => {
    await open();
    expect(await page.isVisible('#sandbox')).toBe(false);
    expect(await page.isVisible('h1 >> text=Rolegraph is running')).toBe(true);
    expect(await page.textContent('#endpoint')).toBe(`${url}/graphql`);
    const command = (await page.textContent('#curl')) ?? '';
    const { headers } = await initialState();
    expect(command).toContain(`curl ${url}/graphql`);
    expect(command).toContain(`'authorization: ${headers['Authorization']}'`);
    expect(headers['Authorization']).toMatch(/^Bearer ey[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test('with the CDN, Sandbox is opened on our endpoint with the query and the header', async () => {
    const script = 'window.EmbeddedSandbox = class { constructor(options) { window.opened = options; } };';
    await page.route(`${CDN}/**`, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await page.goto(url);
    expect(await page.isVisible('#offline')).toBe(false);
    const opened = await page.evaluate('window.opened');
    expect(opened).toMatchObject({
      target: '#sandbox',
      initialEndpoint: `${url}/graphql`,
      initialState: await initialState(),
    });
  });

  test("the prefilled query runs with the prefilled header, and answers with the sample's linked data", async () => {
    await open();
    const { document, headers } = await initialState();
    const answer = await page.evaluate(ask, { endpoint: '/graphql', query: document, headers });
    expect(answer.errors).toBeUndefined();
    expect(answer.data.group.description).toEqual(expect.any(String));
    expect(answer.data.group.members.totalCount).toBeGreaterThan(1);
    expect(answer.data.group.members.nodes[0].roles[0].id).toEqual(expect.any(String));
  });

  test('the policy stops a script that somebody smuggles in', async () => {
    const { complaints } = await open();
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.smuggled = true';
      document.body.append(script);
    `);
    expect(await page.evaluate('window.smuggled')).toBeUndefined();
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
  });

  test('a page of a configured origin may ask, one of another may not', async () => {
    await open();
    const { headers } = await initialState();
    const question = { endpoint: `${url}/graphql`, query: '{ viewer { id } }', headers };
    await page.goto(originOf(friend));
    expect((await page.evaluate(ask, question)).data.viewer.id).toEqual(expect.any(String));
    await page.goto(originOf(stranger));
    await expect(page.evaluate(ask, question)).rejects.toThrow('Failed to fetch');
  });
});

interface Question {
  readonly endpoint: string;
  readonly query: string;
  readonly headers: Record<string, string>;
}

/** Runs in the page: sends one operation as any web application would. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
async function ask(question: Question): Promise<any> {
  const response = await fetch(question.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...question.headers },
    body: JSON.stringify({ query: question.query }),
  });
  return response.json();
}

/** Serves an empty page on a port, and so an origin, of its own. */
async function emptyPage(): Promise<Server> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', connection: 'close' }).end('<!doctype html>'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
