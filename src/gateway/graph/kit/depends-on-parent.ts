import type { GraphQLField } from 'graphql';

const PURE = { isPure: true };

/** A resolver that is marked. */
export interface PureField<R> {
  readonly resolve: R;
  readonly extensions: typeof PURE;
}

/**
 * Marks the resolver of a field that tells nothing but what its object holds: the same object gives the same value,
 * whoever asks and whenever. It may do so for some objects only if it gives a promise for the others.
 */
export function pure<R>(resolve: R): PureField<R> {
  return { resolve, extensions: PURE };
}

/** Tells whether the object alone decides about the value of a field. */
export function isPure({ args, resolve, extensions }: GraphQLField<unknown, unknown>): boolean {
  return args.length === 0 && (resolve === undefined || extensions['isPure'] === true);
}
