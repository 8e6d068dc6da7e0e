import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkBrowser, noBrowser } from './chromium.ts';
import { type SampleSite, startSampleSite } from './sample-site.ts';

const ADD_MEMBER = `mutation {
  addUserToGroup(groupId: "security", userId: "sam@example.com") { group { id } userErrors { message } }
}`;
/** Two clicks between which the page does nothing else. */
const CHOOSE_AND_RUN = `
  [...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('Follow changes')).click();
  document.querySelector('.graphiql-execute-button').click();`;
const EXAMPLES = new URL('../../../web/explorer/examples/', import.meta.url);
const examples = readdirSync(EXAMPLES).map((name) => readFileSync(new URL(name, EXAMPLES), 'utf8'));

test.runIf(noBrowser !== null)('There is a browser to test with', ({ skip }) => checkBrowser(skip));

describe.skipIf(noBrowser !== null)('the explorer, without any other network', () => {
  let site: SampleSite;
  beforeAll(async () => {
    site = await startSampleSite();
  });
  afterAll(() => site?.stop());

  test('loads, editors and all, with nothing that fails and nothing that its policy stops', async () => {
    const { page, complaints } = await site.open('/explorer');
    await eventually(() => editor(page, 'query')).toContain('query Group');
    await eventually(() => editor(page, 'headers')).toContain('"Authorization": "Bearer ey');
    // The schema has arrived when the documentation lists its roots.
    await page.getByRole('button', { name: 'Documentation Explorer' }).click();
    await page.getByText('Query', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('asks the first example with the header that is filled in, and shows what it took upstream', async () => {
    const { page, complaints } = await site.open('/explorer');
    await eventually(() => editor(page, 'headers')).toContain('Bearer ey');
    const response = page.waitForResponse(`${site.url}/graphql`);
    await run(page);
    await eventually(() => answer(page)).toContain('"description": "Builds the');
    expect(await (await response).json()).toMatchObject({ extensions: { upstream: expect.anything() } });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('follows changes over a WebSocket, from an example in the menu', async () => {
    const { page, complaints } = await site.open('/explorer');
    await page.getByRole('button', { name: /^Follow changes/ }).click();
    await eventually(() => editor(page, 'query')).toContain('subscription FollowChanges');
    const socket = page.waitForEvent('websocket');
    await run(page);
    await (await socket).waitForEvent('framesent', (frame) => String(frame.payload).includes('"subscribe"'));
    await site.data(ADD_MEMBER);
    await eventually(() => answer(page)).toContain('"kind": "MEMBERSHIP"');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('runs an example that was chosen in the same moment, before GraphiQL has looked at it', async () => {
    const { page, complaints } = await site.open('/explorer');
    await eventually(() => editor(page, 'headers')).toContain('Bearer ey');
    await page.getByRole('button', { name: /^Follow changes/ }).waitFor();
    const socket = page.waitForEvent('websocket');
    await page.evaluate(CHOOSE_AND_RUN);
    await (await socket).waitForEvent('framesent', (frame) =>
      String(frame.payload).includes('FollowChanges'),
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('keeps what somebody wrote when an example is chosen', async () => {
    const { page } = await site.open('/explorer');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# mine ');
    await page.getByRole('button', { name: /^Users/ }).click();
    await eventually(() => editor(page, 'query')).toContain('query Users');
    await page.getByRole('tab', { name: 'Group' }).click();
    await eventually(() => editor(page, 'query')).toContain('# mine');
    await page.context().close();
  });

  test('opens each example in a tab of its own, once, and runs it at the first run though another was running', async () => {
    const { page, complaints } = await site.open('/explorer');
    await eventually(() => editor(page, 'headers')).toContain('Bearer ey');
    await page.getByRole('button', { name: /^Follow changes/ }).click();
    await eventually(() => editor(page, 'query')).toContain('subscription FollowChanges');
    const socket = page.waitForEvent('websocket');
    await run(page);
    await (await socket).waitForEvent('framesent', (frame) => String(frame.payload).includes('"subscribe"'));
    await page.getByRole('button', { name: /^Users/ }).click();
    await eventually(() => editor(page, 'query')).toContain('query Users');
    await run(page);
    await eventually(() => answer(page)).toContain('"users"');
    await page.getByRole('button', { name: /^Follow changes/ }).click();
    await eventually(() => editor(page, 'query')).toContain('subscription FollowChanges');
    expect(await page.getByRole('tab', { name: 'FollowChanges' }).count()).toBe(1);
    expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(examples.filter((text) => !text.includes('subscription ')))('answers %s', async (text) => {
    const [definition] = parse(text).definitions;
    if (definition?.kind !== 'OperationDefinition') throw new Error('An example begins with its operation');
    const data = JSON.stringify(await site.data(text));
    expect(data).not.toContain(':null}');
    expect(data).not.toContain('"nodes":[]');
  });
});

/** On a busy machine the editor takes its time to load. */
function eventually(text: () => Promise<string>) {
  return expect.poll(text, { timeout: 30_000 });
}

/** The lines of an editor that are on the screen. */
function editor(page: Page, which: 'query' | 'headers'): Promise<string> {
  const place =
    which === 'query' ? '.graphiql-query-editor' : '.graphiql-editor-tool .graphiql-editor:not(.hidden)';
  return shown(page, `${place} .view-lines`);
}

function answer(page: Page): Promise<string> {
  return shown(page, '.result-window .view-lines');
}

async function shown(page: Page, selector: string): Promise<string> {
  const text = (await page.locator(selector).first().textContent()) ?? '';
  return text.replaceAll('\u00a0', ' ');
}

async function run(page: Page): Promise<void> {
  await page.locator('.graphiql-execute-button').click();
}
