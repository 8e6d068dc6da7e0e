import { closest } from './closest.ts';
import { isServiceLink } from './service-links.ts';
import { settingList } from './settings.ts';
import type { Found, Source } from './source.ts';

const PREFIX = 'ROLEGRAPH_';

/** Variables with our prefix that are no settings: the file's path, and which gateway is asked. */
const otherVariables = ['ROLEGRAPH_CONFIG', 'ROLEGRAPH_URL', 'ROLEGRAPH_TOKEN'];

/** Names the variables with our prefix that the platform set for a Service, and that are passed over. */
export function serviceLinks(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(env).filter((name) => name.startsWith(PREFIX) && isServiceLink(name, env[name] ?? ''));
}

/**
 * Reads the settings of environment variables. What a platform sets for its Services is passed over. An empty variable
 * counts as unset, as compose files write it.
 *
 * @param env the process's environment.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Source {
  const byVariable = new Map(settingList.map((setting) => [setting.variable, setting]));
  const known = [...byVariable.keys(), ...otherVariables];
  const found = new Map<string, Found>();
  const faults: string[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || otherVariables.includes(variable)) continue;
    if (isServiceLink(variable, value ?? '')) continue;
    const setting = byVariable.get(variable);
    if (setting === undefined) {
      const meant = closest(variable, known);
      faults.push(
        `Unknown environment variable ${variable}: ${meant ? `did you mean ${meant}?` : 'unset it'}`,
      );
    } else if (value !== undefined && value !== '') {
      found.set(setting.name, { value, where: `environment variable ${variable}` });
    }
  }
  return { found, faults };
}
