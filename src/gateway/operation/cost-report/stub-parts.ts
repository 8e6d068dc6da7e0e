/** Roles and groups of a user, keys and tags of an application: as `@listSize` has it. */
export const LINKS = 5;

/** Names a record by its number. */
export function name(kind: string, index: number): string {
  return `${kind} ${index}`;
}

/** Spreads ids over the links that there are; any number will do for those that clients make up. */
export function numberOf(id: string): number {
  return Number(id.replace(/\D/g, '').slice(-9));
}

/** Names a role as the workflow engine does. */
export function key(id: string): object {
  return { id: `key of ${id}`, name: id };
}

/** Makes a role. */
export function role(id: string): object {
  return { name: id, description: id, type: 'CUSTOM', permissions: [] };
}

/** Makes the tags of an application. */
export function tags(): object[] {
  return times(LINKS, (index) => ({ key: `tag ${index}`, value: 'value' }));
}

/** Takes from a path what stands in the places of its route's ids. */
export function idsOf(route: string, pathname: string): string[] {
  const parts = pathname.split('/');
  return route
    .split('/')
    .flatMap((part, index) => (part === '{id}' ? [decodeURIComponent(parts[index] ?? '')] : []));
}

/** Makes so many of something. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
