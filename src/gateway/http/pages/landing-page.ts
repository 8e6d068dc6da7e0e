import { readFileSync } from 'node:fs';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { asScriptData, type InitialHeaders, initialHeaders } from './initial-state.ts';

/** What the page puts into the editors of Apollo Sandbox, and where it leads to. */
export interface LandingPageOptions extends InitialHeaders {
  /** Whether there is `/explorer` to go to where Sandbox cannot be reached. */
  readonly explorer?: boolean;
}

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

/** Serves Apollo Sandbox at `/`, ready to send a first query. Its own script comes from Apollo's CDN. */
export async function serveLandingPage(app: FastifyInstance, options: LandingPageOptions): Promise<void> {
  const page = writePage(options);
  const script = readFileSync(new URL('landing-page.js', import.meta.url), 'utf8');

  await app.register(async (pages) => {
    await pages.register(helmet, {
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      // Whoever ends TLS in front of us knows whether the whole site has it.
      strictTransportSecurity: false,
      // The frame of Sandbox calls this endpoint through the page that holds it.
      crossOriginOpenerPolicy: false,
    });
    pages.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
    pages.get('/landing-page.js', (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(script),
    );
  });
}

function writePage(options: LandingPageOptions): string {
  const initialState = {
    document: FIRST_QUERY,
    headers: initialHeaders(options),
    includeCookies: false,
    pollForSchemaUpdates: false,
  };
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
      #sandbox, #sandbox iframe { width: 100%; height: 100%; border: 0; }
      main { max-width: 44rem; margin: 4rem auto; padding: 0 1rem; }
      pre { padding: 1rem; overflow: auto; background: #f2f4fa; border-radius: 6px; }
      [hidden] { display: none; }
    </style>
  </head>
  <body>
    <div id="sandbox"></div>
    <main id="offline" hidden>
      <h1>Rolegraph is running</h1>
      <p>This page shows Apollo Sandbox, which comes from Apollo’s CDN, and your browser cannot reach that.
        ${options.explorer ? 'The <a href="/explorer">explorer</a> comes from here.' : 'The endpoint needs no CDN.'} Any GraphQL client can use <code id="endpoint"></code>, for example:</p>
      <pre id="curl"></pre>
    </main>
    <noscript><main><h1>Rolegraph is running</h1>
      <p>Send GraphQL operations to <code>/graphql</code>.</p></main></noscript>
    <script type="application/json" id="initial-state">${asScriptData(initialState)}</script>
    <script src="${SANDBOX_CDN}/_latest/embeddable-sandbox.umd.production.min.js"></script>
    <script src="/landing-page.js"></script>
  </body>
</html>
`;
}
