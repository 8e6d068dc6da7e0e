import { type Command, Option } from 'commander';
import type { Flags } from '../config/load.ts';
import { type Setting, type SettingName, settingList } from '../config/settings.ts';

/** The flags of a command, without their dashes, and the settings they give. */
type FlagNames = Readonly<Record<string, SettingName>>;

/** The flags of `serve`: every setting that may be given by one. */
export const serveFlags: FlagNames = Object.fromEntries(
  settingList.filter(({ flag }) => flag !== undefined).map(({ flagName, name }) => [flagName, name]),
);

/** The flags of `authapi`, where host and port are those of the API. */
export const authapiFlags: FlagNames = {
  host: 'authapiHost',
  port: 'authapiPort',
  'allowed-hosts': 'allowedHosts',
  data: 'data',
  seed: 'seed',
  'log-level': 'logLevel',
};

/** The flags of `token`. */
export const tokenFlags: FlagNames = { data: 'data' };

/** Adds the flags, and `--config`, to a command. Values are checked by the configuration, not here. */
export function addFlags(command: Command, flags: FlagNames): void {
  for (const [flag, name] of Object.entries(flags)) {
    const setting = settingNamed(name);
    const help = `${setting.description} (default: ${describeDefault(setting)})`;
    if (setting.flag === null) {
      command.addOption(new Option(`--${flag}`, help)).addOption(new Option(`--no-${flag}`));
    } else {
      command.addOption(new Option(`--${flag} <${setting.flag ?? 'VALUE'}>`, help));
    }
  }
  command.option('--config <FILE>', 'YAML or JSON file with settings (environment: ROLEGRAPH_CONFIG)');
}

/** Reads what was given on the command line for a command that {@link addFlags} prepared. */
export function readFlags(command: Command, flags: FlagNames): Flags {
  const options = command.opts<Record<string, unknown>>();
  const values: Flags['values'] = new Map(
    command.options.flatMap((option) => {
      const name = flags[option.name().replace(/^no-/, '')];
      const value = options[option.attributeName()];
      if (name === undefined || value === undefined) return [];
      return [[name, { value, where: `flag --${option.name().replace(/^no-/, '')}` }] as const];
    }),
  );
  const config = options['config'];
  return { config: typeof config === 'string' ? config : undefined, values };
}

function settingNamed(name: SettingName): Setting {
  const setting = settingList.find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Error(`No setting ${name}`);
  return setting;
}

function describeDefault({ default: value, defaultText }: Setting): string {
  return (defaultText ?? String(value)).replaceAll('`', '');
}
