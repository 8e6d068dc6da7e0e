/** Tells whether a text filter finds what it looks for in one of these values, upper and lower case alike. */
export function hasText(filter: string | null | undefined, ...values: readonly (string | null)[]): boolean {
  if (!filter) return true;
  const wanted = filter.toLowerCase();
  return values.some((value) => value?.toLowerCase().includes(wanted));
}
