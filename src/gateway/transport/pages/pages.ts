import type { FastifyInstance } from 'fastify';
import { compressFiles } from '../http/compression.ts';
import type { Origins } from '../http/origins.ts';
import { serveBuiltPages } from './built-pages.ts';
import { serveLandingPage } from './landing-page.ts';
import { type ClaimPageToken, exchangeKeys } from './page-token.ts';

/** Which pages there are, and what they begin with. */
export interface PagesOptions {
  /** Whether there is Apollo Sandbox at `/`. */
  readonly landingPage: boolean;
  /** Whether there is GraphiQL at `/explorer`. */
  readonly explorer: boolean;
  /** Whether there is the console at `/console`. */
  readonly console: boolean;
  /** Whether operations that are sent from a page ask for the REST calls behind them. */
  readonly asksForCalls: boolean;
  /** Null: no links to the pages were printed, and they begin without a token. */
  readonly claimToken: ClaimPageToken | null;
}

/**
 * Serves the pages.
 *
 * @param base the path below which clients find them, with a slash at both ends.
 * @returns the paths of those that are asked for and were not bundled, and so are not there.
 */
export async function servePages(
  app: FastifyInstance,
  options: PagesOptions,
  { base, origins, compression }: { base: string; origins: Origins; compression: boolean },
): Promise<string[]> {
  const missing: string[] = [];
  const state = { base, hasLinks: options.claimToken !== null, asksForCalls: options.asksForCalls };
  if (options.claimToken) exchangeKeys(app, options.claimToken, origins);
  await app.register(async (pages) => {
    if (compression) await compressFiles(pages);
    if (options.landingPage) await serveLandingPage(pages, state, options.explorer);
    missing.push(...(await serveBuiltPages(pages, state, options)));
  });
  return missing;
}
