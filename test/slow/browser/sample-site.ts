import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { run, start } from '../../cli/rolegraph.ts';
import { readAnswer } from '../../support/graphql-answer.ts';
import { launchBrowser } from './chromium.ts';

/** A page, and everything that went wrong on it: errors, failed requests, violations of the policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** The gateway as `npm start` runs it, with the sample organisation, and a browser that reaches nothing else. */
export interface SampleSite {
  readonly url: string;
  /** Opens a page of the site in a context of its own, whose tab has the token that is printed at the start. */
  open(path: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Signs a token for a person of the sample organisation. */
  tokenOf(userId: string): Promise<string>;
  /** Sends an operation with the token that is printed at the start; it must succeed. */
  data(query: string, variables?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts both. Stop them in `afterAll`. */
export async function startSampleSite(): Promise<SampleSite> {
  const folder = await mkdtemp(join(tmpdir(), 'rolegraph-browser-'));
  const rolegraph = start(['serve', '--port', '0', '--authapi-port', '0', '--data', join(folder, 'data')]);
  const url = new URL(await rolegraph.printed(/GraphQL +(http:\S+)/)).origin;
  const token = await rolegraph.printed(/^ +(ey\S+)$/m);
  const browser: Browser = await launchBrowser('loopback');
  return {
    url,
    async open(path, options) {
      const context = await browser.newContext(options);
      await giveToken(context, token);
      const page = await context.newPage();
      const complaints = watch(page);
      await page.goto(url + path);
      return { page, complaints };
    },
    async tokenOf(userId) {
      const { stdout } = await run(['token', userId, '--data', join(folder, 'data')]);
      return stdout.trim();
    },
    async data(query, variables) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const answer = readAnswer(response.status, await response.json());
      if (answer.errors.length > 0) throw new Error(JSON.stringify(answer, null, 2));
      return answer.data;
    },
    async stop() {
      await browser.close();
      await rolegraph.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Gives the tabs of a context a token, as somebody would who pastes it; links give theirs but once. */
export function giveToken(context: BrowserContext, token: string): Promise<unknown> {
  return context.addInitScript((text) => {
    if (sessionStorage.getItem('rolegraph-token') === null) sessionStorage.setItem('rolegraph-token', text);
  }, token);
}

/** Chromium reports a violation of the policy as an error on the console. */
export function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`${request.failure()?.errorText} ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}
