import { readFileSync } from 'node:fs';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { asAttribute, asScriptData, type InitialStateOptions, initialState } from './initial-state.ts';

const SANDBOX_CDN = 'https://embeddable-sandbox.cdn.apollographql.com';
const SANDBOX_FRAME = 'https://sandbox.embed.apollographql.com';

const FIRST_QUERY = `# Who is in engineering, and what may each of them do?
query Engineering {
  group(id: "engineering") {
    description
    members(first: 20) {
      totalCount
      nodes {
        name
        roles { id }
        grants { target { rawType rawId } access }
      }
    }
  }
}
`;

/** Nothing on the page is inline but data and style, so a script that somebody smuggles in does not run. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'", SANDBOX_CDN],
    'frame-src': [SANDBOX_FRAME],
    'connect-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'https://apollo-server-landing-page.cdn.apollographql.com'],
    'style-src': ["'unsafe-inline'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
};

/** What runs on the page; the second is a part of the first. */
const SCRIPTS = ['landing-page.js', 'tab-token.js'];

/**
 * Serves Apollo Sandbox at `/`, ready to send a first query. Its own script comes from Apollo's CDN.
 *
 * @param hasExplorer whether there is `/explorer` to go to where Sandbox cannot be reached.
 */
export async function serveLandingPage(
  app: FastifyInstance,
  options: InitialStateOptions,
  hasExplorer: boolean,
): Promise<void> {
  const page = writePage(options, hasExplorer);

  await app.register(async (pages) => {
    await pages.register(helmet, {
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      // Whoever ends TLS in front of us knows whether the whole site has it.
      strictTransportSecurity: false,
      // The frame of Sandbox calls this endpoint through the page that holds it.
      crossOriginOpenerPolicy: false,
    });
    pages.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
    for (const name of SCRIPTS) {
      const script = readFileSync(new URL(name, import.meta.url), 'utf8');
      pages.get(`/${name}`, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
    }
  });
}

function writePage(options: InitialStateOptions, hasExplorer: boolean): string {
  const state = {
    ...initialState(options),
    document: FIRST_QUERY,
    includeCookies: false,
    pollForSchemaUpdates: false,
  };
  const base = asAttribute(options.base);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>Rolegraph</title>
    <link rel="icon" href="data:,">
    <style>
      html, body { height: 100%; margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1b2240; }
      body { display: flex; flex-direction: column; }
      #notice { margin: 0; padding: 0.5rem 1rem; background: #fff4cf; }
      #sandbox { flex: 1; }
      #sandbox iframe { width: 100%; height: 100%; border: 0; }
      main { max-width: 44rem; margin: 4rem auto; padding: 0 1rem; }
      pre { padding: 1rem; overflow: auto; background: #f2f4fa; border-radius: 6px; }
      [hidden] { display: none; }
    </style>
  </head>
  <body>
    <p id="notice" role="alert" hidden></p>
    <div id="sandbox"></div>
    <main id="offline" hidden>
      <h1>Rolegraph is running</h1>
      <p>This page shows Apollo Sandbox, which comes from Apollo’s CDN, and your browser cannot reach that.
        ${hasExplorer ? `The <a href="${base}explorer">explorer</a> comes from here.` : 'The endpoint needs no CDN.'} Any GraphQL client can use <code id="endpoint"></code>, for example:</p>
      <pre id="curl"></pre>
    </main>
    <noscript><main><h1>Rolegraph is running</h1>
      <p>Send GraphQL operations to <code>${base}graphql</code>.</p></main></noscript>
    <script type="application/json" id="initial-state">${asScriptData(state)}</script>
    <script src="${SANDBOX_CDN}/_latest/embeddable-sandbox.umd.production.min.js"></script>
    <script type="module" src="${base}landing-page.js"></script>
  </body>
</html>
`;
}
