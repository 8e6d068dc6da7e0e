import { isIP } from 'node:net';
import { z } from 'zod';

/** What is said about a setting, besides the values its schema takes. */
export interface SettingInfo {
  /** What the setting does, one sentence without its full stop. */
  readonly description: string;
  /** The values that are taken, as read after "allowed:". */
  readonly allowed: string;
  /** The default in words, where it is not simply a value. */
  readonly defaultText?: string;
  /** The command-line flag's argument (`PORT`); `null` for a switch; absent where there is no flag. */
  readonly flag?: string | null;
  /** Whether a running gateway takes another value, without a restart. */
  readonly reloadable?: true;
  /** Whether the value is kept out of every message. */
  readonly secret?: true;
}

/** The information attached to each setting, by its schema. */
export const settingInfo = z.registry<SettingInfo>();

/** Takes a number, or its digits as an environment variable or a flag carries them. */
export function integer(min: number, max: number) {
  const digits = (value: unknown) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return z.preprocess(digits, z.int().min(min).max(max));
}

/** Takes true or false, or the words for them. */
export const boolean = z.union([z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })]);

/** A number within bounds, with the words for them. */
export const amount = (min: number, max: number, unit = '') => ({
  schema: integer(min, max),
  allowed: `an integer from ${min} to ${max}${unit}`,
});

/** Takes the name or address of an interface. */
export const host = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text));

/** What {@link host} takes, in words. */
export const hostAllowed = 'a host name or an IP address';

/** Takes a URL that paths can be put after. */
export const baseUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    !/[?#\s]/.test(text)
  );
});

/** What {@link baseUrl} takes, in words. */
export const urlAllowed = 'an http or https URL without credentials, query or fragment';
