import { isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

/** A proxy, and the hosts that are reached without it, as `NO_PROXY` lists them. */
export interface Proxy {
  readonly url: string;
  readonly except: string;
}

/**
 * Chooses the proxy on the way to an upstream: that of its setting, else that of the variables that curl and others read.
 * Those variables never apply to this machine itself.
 *
 * @param url of the upstream.
 * @param setting the value of its setting; null if there is none.
 * @returns null: the upstream is reached directly.
 * @throws {ConfigError} the variable is no URL of an HTTP proxy.
 */
export function proxyFor(
  url: string,
  setting: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Proxy | null {
  if (setting !== null) return setting === 'off' ? null : { url: setting, except: '' };
  const { protocol, hostname } = new URL(url);
  if (isThisMachine(hostname)) return null;
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = variable(name, env);
  return value === '' ? null : { url: proxyUrl(name, value), except: variable('NO_PROXY', env) };
}

/** As curl does, the small letters win. */
function variable(name: string, env: NodeJS.ProcessEnv): string {
  return env[name.toLowerCase()] ?? env[name] ?? '';
}

/** Completes what may be written without its `http://`. */
function proxyUrl(name: string, value: string): string {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new ConfigError([
    `${name} (environment) is no URL of an HTTP proxy: correct it, or name the host of the upstream in NO_PROXY`,
  ]);
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
