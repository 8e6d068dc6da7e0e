import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkBrowser, noBrowser } from './chromium.ts';
import { type SampleSite, startSampleSite } from './sample-site.ts';

const PRIYA = '/console#/user/priya%40example.com';
const KEY = 'SECRET_NAME payment-gateway-key';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test.runIf(noBrowser !== null)('There is a browser to test with', ({ skip }) => checkBrowser(skip));

describe.skipIf(noBrowser !== null)('the console, without any other network', () => {
  let site: SampleSite;
  beforeAll(async () => {
    site = await startSampleSite();
  });
  afterAll(() => site?.stop());

  test('begins with whom the token stands for, and is live', async () => {
    const { page, complaints } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    await page.getByText('Live', { exact: true }).waitFor();
    await node(page, 'role ADMIN').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('draws who is in what and what it gives, and tells every link in words', async () => {
    const { page } = await site.open(PRIYA);
    await heading(page, 'Priya Raman');
    for (const name of ['user priya@example.com', 'group security', 'role secrets-auditor', KEY]) {
      await node(page, name).waitFor();
    }
    await page.getByText(/^The picture as a list/).click();
    const links = await page.locator('#panel details li').allTextContents();
    expect(links).toContain('user priya@example.com is in group security');
    expect(links).toHaveLength(await page.locator('path[data-edge]').count());
    await page.context().close();
  });

  test('highlights the ways by which she can, and fades the rest', async () => {
    const { page } = await site.open(PRIYA);
    await page.getByRole('button', { name: `READ, UPDATE on ${KEY} 4 ways` }).click();
    const lit = page.locator('a.node.on');
    await expect.poll(() => lit.count()).toBeGreaterThan(2);
    const names = await lit.evaluateAll((nodes) => nodes.map((each) => each.getAttribute('data-node')));
    expect(names.sort()).toEqual([KEY, 'group security', 'role secrets-auditor', 'user priya@example.com']);
    expect(await page.locator('.ways:visible ol').count()).toBe(4);
    await page.context().close();
  });

  test('explains a denial with what would be enough, dashed', async () => {
    const { page } = await site.open('/console#/user/sam%40example.com');
    await page.getByLabel('Id of the target').fill('payment-gateway-key');
    await page.getByRole('button', { name: 'Explain' }).click();
    await heading(page, 'Sam Okafor cannot READ payment-gateway-key');
    await page.getByText('No path grants this access, and Conductor agrees.').waitFor();
    await page.getByRole('button', { name: /^if user sam@example.com is in group security/ }).waitFor();
    expect(await page.locator('.edge.missing').count()).toBeGreaterThan(1);
    await page.context().close();
  });

  test('shows a change as it happens, without being loaded again, and keeps what is open', async () => {
    const { page, complaints } = await site.open('/console#/group/security');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: /on TAG team:security/ }).click();
    await page.evaluate('window.loadedOnce = true');
    await site.data(`mutation {
      addUserToGroup(groupId: "security", userId: "alan@example.com") { group { id } userErrors { message } }
    }`);
    await node(page, 'user alan@example.com').waitFor();
    await page.getByText(/membership created: alan@example.com, GROUP security/).waitFor();
    expect(await page.locator('.edge.new').getAttribute('data-edge')).toContain('alan@example.com');
    expect(await page.evaluate('window.loadedOnce')).toBe(true);
    expect(await page.locator('.answers [aria-expanded=true]').textContent()).toContain('team:security');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('is used by the keyboard alone: search, open, ask why, follow a node', async () => {
    const { page } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    await page.keyboard.press('Shift+Tab');
    await reach(page, 'text');
    await page.keyboard.type('sec');
    await page.getByRole('option', { name: /security/ }).waitFor();
    const chosen = page.locator('[role=option][aria-selected=true]');
    while (!(await chosen.textContent())?.startsWith('securitygroup')) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await heading(page, 'security');
    await reach(page, 'READ on TAG');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.edge.on').count()).toBeGreaterThan(0);
    await page.keyboard.press('Shift+Tab');
    await reach(page, 'role secrets-auditor', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await heading(page, 'secrets-auditor');
    await page.context().close();
  });

  test('looks for a target by its type and id, and says who can, and why', async () => {
    const { page } = await site.open('/console');
    await page.getByLabel('Look for').selectOption('SECRET_NAME');
    await page.getByLabel('Name or id').fill('payment-gateway-key');
    await page.getByRole('option', { name: /payment-gateway-key/ }).click();
    await heading(page, 'payment-gateway-key');
    await page.getByRole('button', { name: 'Priya Raman 4 ways' }).click();
    await expect.poll(() => page.locator('.edge.on').count()).toBe(4);
    await page.context().close();
  });

  test('says what the gateway refuses, and takes another token, which it forgets with the tab', async () => {
    const { page } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    await page.getByText('ada@example.com', { exact: true }).first().click();
    await page.getByLabel('Token').fill('no-token');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByText('Not live').waitFor();
    expect(await page.locator('#panel').getAttribute('aria-busy')).toBeNull();
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).toBe('[{},""]');
    await page.context().close();
  });

  test('keeps its token when the field is empty, and shows nothing of one person to the next', async () => {
    const { page } = await site.open('/console#/group/security');
    await page.getByText('Live', { exact: true }).waitFor();
    await site.data(`mutation {
      addUserToGroup(groupId: "security", userId: "sam@example.com") { userErrors { message } }
    }`);
    await page.getByText(/membership created: sam@example.com/).waitFor();
    await page.locator('#signed-in').click();
    await page.getByRole('button', { name: 'Use this token' }).click();
    expect(await page.locator('#session').getAttribute('open')).not.toBeNull();
    await heading(page, 'security');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in to look');
    expect(await page.locator('#news').textContent()).toBe('');
    expect(await page.locator('a.node').count()).toBe(0);
    expect(await page.locator('#signed-in').textContent()).toBe('Sign in');
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toBe('{}');
    await page.context().close();
  });

  test('begins for somebody who may not read users with what that person has, and says what is missing', async () => {
    const { page } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    await page.locator('#signed-in').click();
    await page.getByLabel('Token').fill(await site.tokenOf('stefan@example.com'));
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.evaluate(`location.hash = '#/user/stefan%40example.com'`);
    await heading(page, 'Stefan Brandt');
    for (const name of ['user stefan@example.com', 'group platform', 'role WORKFLOW_MANAGER']) {
      await node(page, name).waitFor();
    }
    await page.getByText('What was granted to you yourself').waitFor();
    await page.getByText('What your groups and roles give is missing here').waitFor();
    await page.evaluate(`location.hash = '#/user/ada%40example.com'`);
    await heading(page, 'You may not see this');
    expect(await page.locator('#panel').getAttribute('aria-busy')).toBeNull();
    await page.context().close();
  });

  test.each([
    '#/target/NOPE/x/READ',
    '#/user/nobody%40example.com',
    '#/elsewhere',
  ])('says that nothing is at %s, in place of showing something else', async (address) => {
    const { page } = await site.open(`/console${address}`);
    await heading(page, 'Not found');
    await page.context().close();
  });

  test('tries again when the gateway cannot be reached at first', async () => {
    const { page } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    let isAway = true;
    await page.route('**/graphql', (route) => (isAway ? route.abort() : route.continue()));
    await page.reload();
    await heading(page, 'That did not work');
    isAway = false;
    await heading(page, 'Ada Lindqvist');
    await page.context().close();
  });

  test('says how many there are beyond those on the screen', async () => {
    const { page } = await site.open('/console');
    await heading(page, 'Ada Lindqvist');
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replace(/("members":\{"totalCount":)\d+/, '$1250');
      await route.fulfill({ response, body: text });
    });
    await page.evaluate("location.hash = '#/group/security'");
    await page.getByText(/^\d+ of 250 members are shown\.$/).waitFor();
    await page.context().close();
  });

  test.each([
    'light',
    'dark',
  ] as const)('has nothing that a reader of screens would miss, %s', async (colorScheme) => {
    const { page } = await site.open(PRIYA, { colorScheme });
    await page.getByRole('button', { name: /payment-gateway-key/ }).waitFor();
    await page.evaluate(axe);
    const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run()',
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`)).toEqual(
      [],
    );
    await page.context().close();
  });

  test('fits a narrow screen', async () => {
    const { page } = await site.open(PRIYA, { viewport: { width: 390, height: 780 } });
    await heading(page, 'Priya Raman');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.context().close();
  });
});

function heading(page: Page, name: string): Promise<void> {
  return page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** A node of the picture, by what screen readers say. */
function node(page: Page, name: string) {
  return page.getByRole('link', { name, exact: true });
}

/** Presses a key until what has the focus has this id, label, node or beginning. */
async function reach(page: Page, what: string, key = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    const focused = await page.evaluate<string[]>(
      '[document.activeElement.id, document.activeElement.getAttribute("aria-label") ?? "", document.activeElement.dataset.node ?? "", document.activeElement.textContent]',
    );
    if (focused.some((text) => text.startsWith(what))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The keyboard does not reach ${what}`);
}
