import { type GraphQLResolveInfo, getNamedType, isEnumType } from 'graphql';
import { ShapeError } from '../../upstream/errors/shape-error.ts';

/** What the resolver of a field of an enum type knows about that type. */
type EnumField = Pick<GraphQLResolveInfo, 'returnType'>;

/**
 * Reads an upstream's word as a value of the enum that the field answers with; null for a word of a later version
 * (contract section 21).
 */
export function enumValueOrNull<T extends string>(word: string | null, { returnType }: EnumField): T | null {
  const type = getNamedType(returnType);
  const known = word !== null && isEnumType(type) && type.getValue(word) !== undefined;
  return known ? (word as T) : null;
}

/**
 * Reads an upstream's words as values of the enum that the field answers with, each once, in the order of the enum.
 *
 * @throws {ShapeError} for an unknown word: a view of rights must not quietly drop one.
 */
export function enumValues<T extends string>(words: readonly string[], field: EnumField): T[] {
  const type = getNamedType(field.returnType);
  const known = isEnumType(type) ? type.getValues().map(({ name }) => name as T) : [];
  if (words.every((word) => (known as readonly string[]).includes(word))) {
    return known.filter((value) => words.includes(value));
  }
  throw new ShapeError(`one of ${known.join(', ')}`);
}

/**
 * Reads an upstream's word as a value of the enum that the field answers with.
 * @throws {ShapeError} for an unknown word.
 */
export function enumValue<T extends string>(word: string, field: EnumField): T {
  const value = enumValueOrNull<T>(word, field);
  if (value !== null) return value;
  throw new ShapeError(`a value of ${getNamedType(field.returnType).name}`);
}
