import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Why there is no browser to test with, or null if there is one. */
export const noBrowser: string | null = existsSync(EXECUTABLE)
  ? null
  : `There is no ${EXECUTABLE}: install Chromium to run the browser tests.`;

/** Whether a missing browser is a failure, as in continuous integration. */
export const browserRequired = process.env['REQUIRE_BROWSER'] === '1';

/** Starts Chromium, with nothing that calls home by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
