import type { AuthApi } from '../authapi/server.ts';
import type { Config } from '../config/settings.ts';
import { SANDBOX_ORIGIN } from '../gateway/transport/http/origins.ts';
import { publicUrlOf } from '../gateway/transport/http/public-url.ts';
import { version } from '../release.ts';
import { adminKeyFile, type TrialToken } from './embedded-api.ts';
import type { RunningGateway } from './gateway.ts';
import type { PageLinks } from './page-links.ts';

/**
 * Describes a running gateway, and the pages that it is configured to serve.
 *
 * @param links makes the links to pages which give them a token; null for plain addresses.
 * @param upstreams what is behind it, where that is not the embedded API.
 */
export function describeGateway(
  { url, adminUrl }: Pick<RunningGateway, 'url' | 'adminUrl'>,
  config: Pick<Config, 'landingPage' | 'explorer' | 'console' | 'publicUrl' | 'corsOrigins'>,
  links: Pick<PageLinks, 'linkTo'> | null,
  upstreams?: { readonly authorizationUrl: string; readonly workflowUrl: string | null },
): string[] {
  const { origin, base } = publicUrlOf(config.publicUrl ?? url);
  const at = (path: string) => new URL(`${origin}${base}${path}`);
  const pages = [
    ...(config.landingPage ? [{ label: 'Sandbox', page: at('') }] : []),
    ...(config.explorer ? [{ label: 'Explorer', page: at('explorer') }] : []),
    ...(config.console ? [{ label: 'Console', page: at('console') }] : []),
  ].map(({ label, page }) => row(label, links ? links.linkTo(page) : page));
  const origins = [origin, SANDBOX_ORIGIN, ...config.corsOrigins];
  const lines = [
    `Rolegraph ${version}`,
    '',
    row('GraphQL', at('graphql')),
    ...pages,
    ...(links && pages.length > 0
      ? [row('', 'Each of these links signs in once, in the tab that opens it')]
      : []),
    ...(config.publicUrl === null ? [] : [row('Listens on', url)]),
    row('Origins', `pages of ${origins.join(', ')} may call; --cors-origins allows others`),
    ...(adminUrl === null ? [] : [row('Admin', new URL('/metrics', adminUrl))]),
  ];
  if (upstreams === undefined) return lines;
  const { authorizationUrl, workflowUrl } = upstreams;
  return [...lines, row('Conductor', authorizationUrl), row('Workflows', workflowUrl ?? 'none')];
}

/** Describes a running embedded API: where it is, a token to paste and, once, the administrator's key pair. */
export function describeEmbeddedApi(api: AuthApi, data: string, trial: TrialToken | null): string[] {
  const kept = data === ':memory:' ? 'in memory only' : data;
  const lines = [
    row('REST API', new URL('/api', api.url)),
    row('REST docs', new URL('/docs', api.url)),
    row('Data', kept),
  ];
  if (trial !== null) {
    lines.push('', `  Token of ${trial.owner}, for the header "X-Authorization: TOKEN":`, `  ${trial.token}`);
  }
  if (api.adminKey !== null) {
    const { keyId, keySecret } = api.adminKey;
    const also = data === ':memory:' ? '' : `, kept in ${adminKeyFile(data)}`;
    lines.push(
      '',
      `  First start: the administrator's key pair, shown this once${also}:`,
      `  ${JSON.stringify({ keyId, keySecret })}`,
    );
  }
  return lines;
}

/** Prints lines for a person on standard output, with room around them. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

function row(label: string, value: URL | string): string {
  return `  ${label.padEnd(10)} ${value}`;
}
