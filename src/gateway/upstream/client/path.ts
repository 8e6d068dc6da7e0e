import { InvalidIdError } from '../errors/invalid-id-error.ts';

/** A path (and query) whose variable parts were encoded by `path`; nothing else may be sent. */
export class RestPath {
  /** As it is sent. */
  readonly text: string;
  readonly #template: TemplateStringsArray;

  constructor(text: string, template: TemplateStringsArray) {
    this.text = text;
    this.#template = template;
  }

  /** The path without its query, and with `{id}` in place of each id: what may be told about a call to anybody. */
  get route(): string {
    const known = routes.get(this.#template);
    if (known !== undefined) return known;
    const route = this.#template.join('{id}').replace(/\?.*/s, '');
    routes.set(this.#template, route);
    return route;
  }

  /** The same path with a query behind it. */
  with(query: string): RestPath {
    return new RestPath(`${this.text}?${query}`, this.#template);
  }

  /** So that no key that is made of paths is ever the same for two of them. */
  toString(): string {
    return this.text;
  }
}

/** By the template of each place in the code that writes a path, of which there are some dozens. */
const routes = new WeakMap<TemplateStringsArray, string>();

/** No real id is near this; it keeps request lines below what servers accept. */
const LONGEST_ID = 1024;

/**
 * Writes a path with its ids percent-encoded, as a template tag: `` path`/api/users/${id}` ``.
 * Every id stays one segment, so no id can reach another endpoint (contract section 21).
 *
 * @throws {InvalidIdError} for an id that is empty, `.` or `..`, too long, or not well-formed Unicode.
 */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): RestPath {
  let written = parts[0] ?? '';
  ids.forEach((id, index) => {
    written += encodeId(id) + parts[index + 1];
  });
  return new RestPath(written, parts);
}

/**
 * Adds query parameters to a path; those that are undefined are left out.
 *
 * @throws {InvalidIdError} for a value that is not well-formed Unicode.
 */
export function withQuery(base: RestPath, query: Readonly<Record<string, string | undefined>>): RestPath {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encode(value)}`],
  );
  return pairs.length === 0 ? base : base.with(pairs.join('&'));
}

function encodeId(id: string): string {
  if (id === '') throw new InvalidIdError('is empty');
  // Percent-encoding leaves dots alone, and servers and proxies resolve these two as folders.
  if (id === '.' || id === '..') throw new InvalidIdError(`must not be '${id}'`);
  return encode(id);
}

function encode(value: string): string {
  if (value.length > LONGEST_ID) throw new InvalidIdError(`is longer than ${LONGEST_ID} characters`);
  if (!value.isWellFormed()) throw new InvalidIdError('is not well-formed Unicode');
  return encodeURIComponent(value);
}
