import { isDeepStrictEqual } from 'node:util';
import { type Config, type SettingName, settingList } from './settings.ts';

/** What comes of reading the configuration again. */
export interface Reload {
  /** The configuration to go on with. */
  readonly config: Config;
  /** Settings that have other values from now on. */
  readonly changed: readonly SettingName[];
  /** Settings whose new values count after a restart only. */
  readonly needRestart: readonly SettingName[];
}

/** Takes from a configuration that was read again what a running gateway can take, and leaves the rest as it is. */
export function reloaded(current: Config, read: Config): Reload {
  const differing = settingList.filter(({ name }) => !isDeepStrictEqual(current[name], read[name]));
  const changed = differing.filter(({ reloadable }) => reloadable).map(({ name }) => name);
  const needRestart = differing.filter(({ reloadable }) => !reloadable).map(({ name }) => name);
  const taken = Object.fromEntries(changed.map((name) => [name, read[name]]));
  return { config: Object.freeze({ ...current, ...taken }), changed, needRestart };
}
