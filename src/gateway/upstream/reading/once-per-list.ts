/**
 * Makes a function that derives something from a list the first time that it is asked for, and keeps it as long as the
 * list. Lists are never changed, and operations share them while the upstream sends the same bytes: what takes time in
 * proportion to the list is then not done again for every request.
 */
export function oncePerList<L extends readonly object[], D extends object>(
  derive: (list: L) => D,
): (list: L) => D {
  const derived = new WeakMap<L, D>();
  return (list) => {
    const known = derived.get(list);
    if (known) return known;
    const made = derive(list);
    derived.set(list, made);
    return made;
  };
}
