import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { asAttribute, asScriptData, type InitialStateOptions, initialState } from './initial-state.ts';

/** Which of the pages are served that come whole from here, and work without any other network. */
export interface BuiltPagesOptions {
  /** Whether there is GraphiQL at `/explorer`. */
  readonly explorer: boolean;
  /** Whether there is the console at `/console`. */
  readonly console: boolean;
}

/** Where `npm run pages` puts them. */
const FOLDER = new URL('../../../../pages/', import.meta.url);
const YEAR_MS = 31_536_000_000;
const PLACEHOLDER = '<script type="application/json" id="initial-state">null</script>';

/** Everything is a file of ours. */
const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'connect-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const EXPLORER_POLICY = {
  ...POLICY,
  // The editor writes style elements for its theme, and style attributes for every line that it shows.
  'style-src': ["'self'", "'unsafe-inline'"],
  // Its style sheet holds its fonts.
  'font-src': ["'self'", 'data:'],
  // It parses and completes in workers, which are files of ours.
  'worker-src': ["'self'"],
};

/**
 * Serves the pages of `web/`, as they were bundled.
 *
 * @returns the paths of those that are asked for and were not bundled, and so are not there.
 */
export async function serveBuiltPages(
  app: FastifyInstance,
  options: InitialStateOptions,
  pages: BuiltPagesOptions,
): Promise<string[]> {
  const wanted = [
    { name: 'explorer', isServed: pages.explorer, directives: EXPLORER_POLICY },
    { name: 'console', isServed: pages.console, directives: POLICY },
  ].filter(({ isServed }) => isServed);
  const missing = wanted.filter(({ name }) => !existsSync(htmlOf(name)));
  const present = wanted.filter((page) => !missing.includes(page));
  if (present.length > 0) await serveAssets(app);
  const state = asScriptData(initialState(options));
  const assets = `"${asAttribute(options.base)}pages/assets/`;
  for (const { name, directives } of present) {
    const html = readFileSync(htmlOf(name), 'utf8')
      .replaceAll('"../assets/', () => assets)
      .replace(PLACEHOLDER, () => PLACEHOLDER.replace('null', () => state));
    await app.register(async (page) => {
      await page.register(helmet, {
        contentSecurityPolicy: { useDefaults: false, directives },
        // Whoever ends TLS in front of us knows whether the whole site has it.
        strictTransportSecurity: false,
      });
      page.get(`/${name}`, (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
    });
  }
  return missing.map(({ name }) => `/${name}`);
}

function htmlOf(name: string): URL {
  return new URL(`${name}/index.html`, FOLDER);
}

/** Their names tell their content, so whoever has one need not ask for it again. */
async function serveAssets(app: FastifyInstance): Promise<void> {
  await app.register(files, {
    root: fileURLToPath(new URL('assets/', FOLDER)),
    prefix: '/pages/assets/',
    index: false,
    immutable: true,
    maxAge: YEAR_MS,
  });
}
