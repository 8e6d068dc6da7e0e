import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startSampleSite } from './sample-site.ts';

// Takes the pictures of the README anew: npx node test/slow/browser/take-screenshots.ts
const IMAGES = new URL('../../../docs/images/', import.meta.url);
const viewport = { width: 1280, height: 760 };
const site = await startSampleSite();
try {
  await take('explorer', '/explorer', 'light', async (page) => {
    await page.getByRole('button', { name: /^Who can/ }).click();
    await page.getByRole('tab', { name: 'WhoCan' }).waitFor();
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window', { hasText: 'people' }).waitFor();
    await page.locator('.graphiql-spinner').waitFor({ state: 'detached' });
  });
  await take(
    'console-light',
    '/console#/target/SECRET_NAME/payment-gateway-key/READ',
    'light',
    async (page) => {
      await page.getByRole('button', { name: 'Priya Raman 4 ways' }).click();
    },
  );
  await take('console-dark', '/console#/group/security', 'dark', async (page) => {
    await page.getByRole('heading', { level: 1, name: 'security' }).waitFor();
  });
} finally {
  await site.stop();
}

async function take(
  name: string,
  path: string,
  colorScheme: 'light' | 'dark',
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, complaints } = await site.open(path, { viewport, colorScheme, reducedMotion: 'reduce' });
  if (path.startsWith('/console')) await page.getByText('Live', { exact: true }).waitFor();
  await prepare(page);
  await page.mouse.move(viewport.width / 2, viewport.height - 1);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, IMAGES)), animations: 'disabled' });
  if (complaints.length > 0) throw new Error(`${path}: ${complaints.join('\n')}`);
}
