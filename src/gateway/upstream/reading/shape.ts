import { ShapeError } from '../errors/shape-error.ts';

/** A JSON object as it came: nothing is known of its members yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

// Readers of wire data, tolerant as contract section 21 asks: absent and null are the same, unknown members
// are ignored, a list that is missing within a record is empty. `where` names the place for the error, e.g. `user.roles`.

/**
 * Reads an object.
 * @throws {ShapeError} for anything else.
 */
export function object(value: unknown, where: string): JsonObject {
  if (isObject(value)) return value;
  throw new ShapeError(`an object at ${where}`);
}

/** Tells whether a JSON value is an object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads every item of a list; absent is empty.
 * @throws {ShapeError} if there is something that is not a list.
 */
export function list<T>(value: unknown, where: string, read: (item: unknown) => T): T[] {
  return items(value, where).map((item) => read(item));
}

/**
 * Gives the items of a list as they came; absent is empty.
 * @throws {ShapeError} if there is something that is not a list.
 */
export function items(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ShapeError(`a list at ${where}`);
  return value;
}

/**
 * Gives the items of a list that is what was asked for, and not a member of a record: it has to be there, for "none" is
 * said by an empty one.
 *
 * @throws {ShapeError} for anything else.
 */
export function ownItems(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ShapeError(`a list at ${where}`);
}

/**
 * Reads an object's members as pairs; absent is empty.
 * @throws {ShapeError} if there is something that is not an object.
 */
export function entries(value: unknown, where: string): [string, unknown][] {
  return value === undefined || value === null ? [] : Object.entries(object(value, where));
}

/**
 * Reads a map of texts as pairs, sorted by key; absent is empty, and a key without a text is left out.
 * @throws {ShapeError} if there is something that is not an object.
 */
export function textEntries(value: unknown, where: string): [string, string][] {
  return entries(value, where)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Tells whether a text can name something: half a character would become the same as any other half when it is written. */
export function isKey(value: string): boolean {
  return value !== '' && value.isWellFormed();
}

/**
 * Reads a string that must be there.
 * @throws {ShapeError} if it is not, or is no key: it is an id or a name that others refer to.
 */
export function text(value: unknown, where: string): string {
  if (typeof value === 'string' && isKey(value)) return value;
  throw new ShapeError(`a text at ${where}`);
}

/**
 * Reads a string that may be absent.
 * @throws {ShapeError} if there is something that is not a string.
 */
export function optionalText(value: unknown, where: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new ShapeError(`a text at ${where}`);
}

/**
 * Reads a boolean that may be absent.
 * @throws {ShapeError} if there is something that is not a boolean.
 */
export function optionalFlag(value: unknown, where: string): boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw new ShapeError(`true or false at ${where}`);
}

/**
 * Reads a time in epoch milliseconds (contract section 1) that may be absent.
 * @throws {ShapeError} if it is no number, or not one that a Date can hold.
 */
export function optionalTime(value: unknown, where: string): Date | null {
  if (value === undefined || value === null) return null;
  const time = typeof value === 'number' ? new Date(value) : null;
  if (time && !Number.isNaN(time.getTime())) return time;
  throw new ShapeError(`a time in milliseconds at ${where}`);
}

/**
 * Reads a time in RFC 3339 (contract section 15) that may be absent, or empty.
 * @throws {ShapeError} if there is something that is no such time.
 */
export function optionalTimestamp(value: unknown, where: string): Date | null {
  const stamp = optionalText(value, where);
  if (!stamp) return null;
  const time = new Date(stamp);
  if (!Number.isNaN(time.getTime())) return time;
  throw new ShapeError(`an RFC 3339 time at ${where}`);
}

/**
 * Reads a whole number that may be absent.
 * @throws {ShapeError} if there is something that is no whole number, or one that a GraphQL Int cannot hold.
 */
export function optionalInteger(value: unknown, where: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && (value | 0) === value) return value;
  throw new ShapeError(`a whole number at ${where}`);
}

/**
 * Reads a link to something else: its bare key, or a copy of it that has the key as `member` (contract section 21:
 * roles and groups come as strings or objects).
 * @throws {ShapeError} for anything else.
 */
export function keyOf(value: unknown, member: string, where: string): string {
  return text(isObject(value) ? value[member] : value, where);
}

/** Accepts any body, or none: for writes whose answer says nothing (contract section 1, empty answers). */
export function nothing(): void {}
