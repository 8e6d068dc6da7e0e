/** Gives the members of both lists, each once, those of the first before the others. */
export function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}

/** Gives the members of the first list that the second lacks. */
export function without<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  const taken = new Set(b);
  return a.filter((member) => !taken.has(member));
}

/** Gives the members of the first list that the second has too. */
export function both<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  const wanted = new Set(b);
  return a.filter((member) => wanted.has(member));
}

/** Tells whether two lists, each without repetition, have the same members in whatever order. */
export function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && without(a, b).length === 0;
}
