import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Why there is no browser to test with, or null if there is one. */
export const noBrowser: string | null = existsSync(EXECUTABLE)
  ? null
  : `There is no ${EXECUTABLE}: install Chromium to run the browser tests.`;

/** Whether a missing browser is a failure, as in continuous integration. */
const browserRequired = process.env['REQUIRE_BROWSER'] === '1';

/** Skips nothing silently: says why there is no browser, and fails where one is asked for. */
export function checkBrowser(skip: (note: string) => void): void {
  if (browserRequired) throw new Error(`${noBrowser} REQUIRE_BROWSER=1 asks for one.`);
  skip(noBrowser ?? '');
}

/**
 * Starts Chromium, with nothing that calls home by itself.
 *
 * @param network `loopback`: no name is resolved, as on a machine without any other network; `names`: nor any but these,
 *   with ports, each to a port of this machine.
 */
export function launchBrowser(
  network: 'any' | 'loopback' | { readonly names: Readonly<Record<string, number>> } = 'any',
): Promise<Browser> {
  const names = typeof network === 'object' ? Object.entries(network.names) : [];
  const rules = names.map(([name, port]) => `MAP ${name} 127.0.0.1:${port},`).join('');
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
      ...(network === 'any' ? [] : [`--host-resolver-rules=${rules}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`]),
    ],
  });
}
