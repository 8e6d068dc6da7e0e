/** Permissions on one resource, as the schema shows them. */
export interface RolePermission {
  readonly resource: string;
  readonly actions: readonly string[];
  readonly names: readonly string[];
}

const ACTIONS = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'EXECUTE'];

/** Contract section 3, "Custom permissions": `<ACTION>_<RESOURCE>`. */
const ACTION_ON_RESOURCE = new RegExp(`^(${ACTIONS.join('|')})_(.+)$`);

/**
 * Groups the names of permissions by resource; resources are sorted, actions stand in the order of the schema. A name
 * that is not an action on a resource, such as `METADATA_MANAGEMENT`, stands as a whole: it is the resource, without
 * actions.
 */
export function groupByResource(names: readonly string[]): RolePermission[] {
  const byResource = new Map<string, { resource: string; actions: string[]; names: string[] }>();
  for (const name of names) {
    const [, action, resource = name] = ACTION_ON_RESOURCE.exec(name) ?? [];
    const permission = byResource.get(resource) ?? { resource, actions: [], names: [] };
    byResource.set(resource, permission);
    permission.names.push(name);
    if (action) permission.actions.push(action);
  }
  for (const { actions } of byResource.values()) {
    actions.sort((a, b) => ACTIONS.indexOf(a) - ACTIONS.indexOf(b));
  }
  return [...byResource.values()].sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

/** Writes the names of permissions that are given by resource; the inverse of `groupByResource`. */
export function permissionNames(
  permissions: readonly { readonly resource: string; readonly actions: readonly string[] }[],
): string[] {
  return permissions.flatMap(({ resource, actions }) =>
    actions.length === 0 ? [resource] : actions.map((action) => `${action}_${resource}`),
  );
}
