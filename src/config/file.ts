import { isMap, isScalar } from 'yaml';
import { readYaml } from '../access/description/bounded-yaml.ts';
import { readBoundedText } from './bounded-text.ts';
import { closest } from './closest.ts';
import { ConfigError } from './config-error.ts';
import { settingList } from './settings.ts';
import type { Found, Source } from './source.ts';

/** Many times what a configuration takes, with remarks. */
const LIMITS = { characters: 256 * 1024, tokens: 50_000 };

/**
 * Reads the settings of a YAML or JSON file, each with its line and column.
 *
 * @param path the file, as the user gave it.
 * @throws {ConfigError} the file cannot be read, is neither YAML nor JSON, or is no mapping.
 */
export function readFile(path: string): Source {
  const { document, faults: broken, at: placeOf } = readYaml(readText(path), LIMITS);
  const at = (offset: number) => `${path}:${placeOf(offset)}`;
  if (!document)
    throw new ConfigError(broken.slice(0, 1).map(({ offset, message }) => `${at(offset)}: ${message}`));
  if (document.contents === null) return { found: new Map(), faults: [] };
  if (!isMap(document.contents)) throw new ConfigError([`${path}: write one "name: value" a line`]);

  const plain: Record<string, unknown> = document.toJS();
  const names = settingList.map((setting) => setting.name as string);
  const found = new Map<string, Found>();
  const faults: string[] = [];
  for (const { key } of document.contents.items) {
    const name = String(key);
    const where = isScalar(key) && key.range ? at(key.range[0]) : path;
    if (names.includes(name)) {
      found.set(name, { value: plain[name], where });
    } else {
      const meant = closest(name, names);
      faults.push(
        `${where}: unknown setting ${name}: ${meant ? `did you mean ${meant}?` : `known are ${names.join(', ')}`}`,
      );
    }
  }
  return { found, faults };
}

function readText(path: string): string {
  try {
    return readBoundedText(path, LIMITS.characters);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError([`The configuration file ${path} cannot be read (${code}): check --config`]);
  }
}
