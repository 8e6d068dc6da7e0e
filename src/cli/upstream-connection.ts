import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';
import { proxyFor } from '../config/proxy.ts';
import type { Config, SettingName } from '../config/settings.ts';
import type { UpstreamConnection } from '../gateway/options.ts';
import type { UpstreamTls } from '../gateway/upstream/connection/opener.ts';
import { StartError } from './start-error.ts';

/**
 * Reads how the gateway connects to an upstream.
 *
 * @param url where the upstream is.
 * @param upstream the word that its settings begin with.
 * @param env the environment whose proxies count; the process's own unless given.
 * @throws {StartError} a file cannot be read or used; the message names its setting.
 */
export function upstreamConnection(
  url: string,
  upstream: 'authorization' | 'workflow',
  config: Config,
  env?: NodeJS.ProcessEnv,
): UpstreamConnection {
  const ca = pemOf(`${upstream}CaFile`, config);
  const cert = pemOf(`${upstream}CertFile`, config);
  const key = pemOf(`${upstream}KeyFile`, config);
  check([`${upstream}CaFile`], config, { ca });
  check([`${upstream}CertFile`, `${upstream}KeyFile`], config, { cert, key });
  const servername = config[`${upstream}ServerName`] ?? undefined;
  try {
    return { tls: { ca, cert, key, servername }, proxy: proxyFor(url, config[`${upstream}Proxy`], env) };
  } catch (error) {
    throw error instanceof ConfigError ? new StartError(error.message) : error;
  }
}

type FileSetting = Extract<SettingName, `${string}CaFile` | `${string}CertFile` | `${string}KeyFile`>;

function pemOf(name: FileSetting, config: Config): string | undefined {
  const file = config[name];
  if (file === null) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new StartError(`${name} cannot be read: ${file} (${code})`);
  }
}

/** OpenSSL finds out what is in the texts, and whether a key belongs to its certificate. */
function check(names: readonly FileSetting[], config: Config, pem: UpstreamTls): void {
  const used = names.filter((name) => config[name] !== null);
  if (used.length === 0) return;
  const told = used.map((name) => `${name} (${config[name]})`).join(' with ');
  try {
    createSecureContext(pem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${told} cannot be used: ${reason}`);
  }
  if (pem.ca !== undefined && !pem.ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new StartError(`${told} holds no certificate: it must be PEM text`);
}
