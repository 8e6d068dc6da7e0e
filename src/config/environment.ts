import { closest } from './closest.ts';
import { settingList } from './settings.ts';
import type { Found, Source } from './source.ts';

/** Variables with our prefix that are no settings: the file's path, and which gateway is asked. */
const otherVariables = ['ROLEGRAPH_CONFIG', 'ROLEGRAPH_URL', 'ROLEGRAPH_TOKEN'];

/**
 * Reads the settings of environment variables. An empty variable counts as unset, as compose files write it.
 *
 * @param env the process's environment.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Source {
  const byVariable = new Map(settingList.map((setting) => [setting.variable, setting]));
  const known = [...byVariable.keys(), ...otherVariables];
  const found = new Map<string, Found>();
  const faults: string[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('ROLEGRAPH_') || otherVariables.includes(variable)) continue;
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
