import { readBoundedText } from './bounded-text.ts';
import { ConfigError } from './config-error.ts';

/** What the command line says about the gateway that a command asks. */
export interface GatewayAccessFlags {
  readonly url?: string;
  readonly tokenFile?: string;
}

/** Where a gateway listens, and on whose behalf it is asked. */
export interface GatewayAccess {
  /** The GraphQL endpoint. */
  readonly url: URL;
  /** Null: none is sent, and the gateway's own key pair decides, if it has one. */
  readonly token: string | null;
}

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/**
 * Finds out which gateway a command asks: `--url`, else `ROLEGRAPH_URL`, else the one of `npm start`; with the token of
 * `--token-file`, else `ROLEGRAPH_TOKEN`. There is no flag for the token itself, for others can read command lines.
 *
 * @throws {ConfigError} the URL is none, or the file cannot be read.
 */
export function gatewayAccess(
  flags: GatewayAccessFlags,
  env: NodeJS.ProcessEnv = process.env,
): GatewayAccess {
  const text = flags.url ?? (env['ROLEGRAPH_URL'] || DEFAULT_URL);
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ConfigError([
      'The URL of the gateway (--url or ROLEGRAPH_URL) must be an http or https URL without credentials',
    ]);
  }
  if (url.pathname === '/') url.pathname = '/graphql';
  const token = flags.tokenFile === undefined ? env['ROLEGRAPH_TOKEN'] : readToken(flags.tokenFile);
  return { url, token: token?.trim() || null };
}

/** No server takes headers as long as this. */
const MOST_TOKEN_BYTES = 65_536;

function readToken(path: string): string {
  try {
    return readBoundedText(path, MOST_TOKEN_BYTES);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError([`The token file ${path} cannot be read (${code}): check --token-file`]);
  }
}
