import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import { readEnvironment } from './environment.ts';
import { readFile } from './file.ts';
import { type Config, type SettingName, settingList, settings } from './settings.ts';
import type { Found, Source } from './source.ts';

/** What the command line says: the configuration file and the values of flags, by setting name. */
export interface Flags {
  readonly config?: string | undefined;
  readonly values: ReadonlyMap<SettingName, Found>;
}

/** Names the configuration file, if there is one. */
export function configFile(flags: Flags, env: NodeJS.ProcessEnv = process.env): string | null {
  return (flags.config ?? env['ROLEGRAPH_CONFIG']) || null;
}

/**
 * Puts the configuration together: flags win over the environment, that over the file, that over defaults.
 *
 * @returns the checked configuration, frozen.
 * @throws {ConfigError} a setting is unknown or its value is refused; the message names all of them.
 */
export function loadConfig(flags: Flags, env: NodeJS.ProcessEnv = process.env): Config {
  const path = configFile(flags, env);
  const file: Source = path !== null ? readFile(path) : { found: new Map(), faults: [] };
  const environment = readEnvironment(env);
  const found = new Map([...file.found, ...environment.found, ...flags.values]);
  const faults = [...file.faults, ...environment.faults];

  const raw = Object.fromEntries([...found].map(([name, { value }]) => [name, value]));
  const result = settings.safeParse(raw);
  const wrong = new Set(result.error?.issues.map((issue) => issue.path[0]));
  for (const name of wrong) faults.push(describeFault(String(name), found.get(String(name))));
  if (faults.length > 0 || !result.success) throw new ConfigError(faults);
  const { data, changes, corsOrigins, allowedHosts, authorizationUrl } = result.data;
  // The embedded API is there to be tried, so it is not production whatever an image says.
  const isProduction = env['NODE_ENV'] === 'production' && authorizationUrl !== null;
  const production = result.data.production ?? isProduction;
  return Object.freeze({
    ...result.data,
    production,
    introspection: result.data.introspection ?? !production,
    landingPage: result.data.landingPage ?? !production,
    explorer: result.data.explorer ?? !production,
    console: result.data.console ?? !production,
    data: data === ':memory:' ? data : resolve(data),
    changes: changes === null || changes === ':memory:' || changes === 'off' ? changes : resolve(changes),
    corsOrigins: Object.freeze(corsOrigins),
    allowedHosts: Object.freeze(allowedHosts),
  });
}

function describeFault(name: string, found: Found | undefined): string {
  const setting = settingList.find((candidate) => candidate.name === name);
  const allowed = setting?.allowed ?? 'another value';
  if (found === undefined) return `${name} (${setting?.variable}) is missing; allowed: ${allowed}`;
  const seen = setting?.secret
    ? 'a value that is not shown'
    : withoutCredentials(JSON.stringify(found.value));
  return `${name} (${found.where}) is ${seen}; allowed: ${allowed}`;
}

/** Takes the user and password out of a URL, because messages repeat it. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/g, '//***@');
}
