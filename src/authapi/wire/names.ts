import { type Static, Type } from '@sinclair/typebox';

/** A list of names or, as some clients send it, one bare name (contract section 8). */
export const Names = Type.Union([Type.Array(Type.String()), Type.String()]);

/** Reads names in either form, without repetition. */
export function namesOf(names: Static<typeof Names>): string[] {
  return [...new Set(typeof names === 'string' ? [names] : names)];
}

/** Parameters of a path with one id. */
export const IdParams = Type.Object({ id: Type.String({ minLength: 1 }) });

/** A query parameter that is true or false in any case. */
export const BooleanText = Type.String({ pattern: '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$' });

/** Reads a boolean of a query; absent is false. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
