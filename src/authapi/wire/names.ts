import { type Static, Type } from '@sinclair/typebox';
import { invalid } from '../api-error.ts';
import { FAULT } from '../http/schema-keywords.ts';

/** A list of names or, as some clients send it, one bare name (contract section 8). */
export const Names = Type.Union([Type.Array(Type.String()), Type.String()]);

/** Reads names in either form, without repetition. */
export function namesOf(names: Static<typeof Names>): string[] {
  return [...new Set(typeof names === 'string' ? [names] : names)];
}

/** An id: any text that can be seen, but no control characters, which SQLite and HTTP cut short or refuse. */
export const Id = Type.String({
  pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]+$',
  [FAULT]: 'must be text that is not only blanks, without control characters',
});

/** Text on one line, which may be empty. */
export const Line = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  [FAULT]: 'must be text without control characters',
});

/** A text for people: any, but more than blanks. */
export const Words = Type.String({ pattern: '\\S', [FAULT]: 'must hold more than blanks' });

/** Parameters of a path with one id. */
export const IdParams = Type.Object({ id: Id });

/** Reads a boolean of a query in any case; absent is false. Throws 400 for anything else. */
export function isTrue(text: string | undefined, path: string): boolean {
  const value = text?.toLowerCase() ?? 'false';
  if (value !== 'true' && value !== 'false') throw invalid(path, 'must be true or false', value);
  return value === 'true';
}
