import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, start } from '../../cli/rolegraph.ts';
import { checkBrowser, launchBrowser, noBrowser } from './chromium.ts';
import { watch } from './sample-site.ts';

test.runIf(noBrowser !== null)('There is a browser to test with', ({ skip }) => checkBrowser(skip));

describe.skipIf(noBrowser !== null)('a link that the start prints', () => {
  let folder: string;
  let rolegraph: Running;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-links-'));
    rolegraph = start(['serve', '--port', '0', '--authapi-port', '0', '--data', join(folder, 'data')]);
    browser = await launchBrowser('loopback');
  });
  afterAll(async () => {
    await browser?.close();
    await rolegraph?.stop();
    await rm(folder, { recursive: true });
  });

  const linkTo = (page: string) => rolegraph.printed(new RegExp(`${page} +(http:\\S+#key=\\S+)`));
  const headers = (page: Page) =>
    shown(page, '.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines');
  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  test('signs in the tab that opens it, for every page, over reloads, and leaves nothing in the address', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = watch(page);
    const link = await linkTo('Explorer');
    await page.goto(link);
    await expect.poll(() => headers(page), { timeout: 30_000 }).toContain('"Authorization": "Bearer ey');
    expect(page.url()).toBe(link.split('#')[0]);
    expect(await page.isVisible('#notice')).toBe(false);
    expect(complaints).toEqual([]);
    await page.goto(new URL('/console', link).href);
    await heading(page, 'Ada Lindqvist');
    // Leaving the explorer may have ended what it was still loading.
    complaints.length = 0;
    await page.reload();
    await heading(page, 'Ada Lindqvist');
    expect(complaints).toEqual([]);
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).not.toContain(
      'eyJ',
    );

    // The same browser, another tab, and the link once more, as from its history.
    const other = await context.newPage();
    await other.goto(link);
    await other.getByText('This link has given its token already').waitFor();
    await expect.poll(() => headers(other), { timeout: 30_000 }).toContain('PASTE-A-TOKEN');
    expect(other.url()).toBe(link.split('#')[0]);

    // That tab gets its token by another link, though it shows a page already.
    await other.goto(await linkTo('Console'));
    await heading(other, 'Ada Lindqvist');
    await other.goto(link.split('#')[0] ?? '');
    await expect.poll(() => headers(other), { timeout: 30_000 }).toContain('"Authorization": "Bearer ey');
    await context.close();
  });

  test('is what a page asks for that was opened without it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const origin = new URL(await linkTo('Explorer')).origin;
    await page.goto(`${origin}/explorer`);
    await page.locator('#notice', { hasText: 'open this page by its link' }).waitFor();
    await page.goto(`${origin}/console`);
    await page.getByText('open this page by its link').waitFor();
    // In the same document: only the part of the address changes that no page is loaded for.
    const link = new URL(await linkTo('Sandbox'));
    await page.goto(`${origin}/console${link.hash}`);
    await heading(page, 'Ada Lindqvist');
    await context.close();
  });
});

async function shown(page: Page, selector: string): Promise<string> {
  const text = (await page.locator(selector).first().textContent()) ?? '';
  return text.replaceAll('\u00a0', ' ');
}
