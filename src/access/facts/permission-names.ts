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

/** What every custom role carries, whether or not its own list shows it (contract section 3). */
const CARRIED = ['CREATE_EVENT_HANDLER', 'CREATE_USER_FORM_TEMPLATE'];
const IMPLIES_READ = /^(?:UPDATE|DELETE|EXECUTE)_(.+)$/;

/**
 * Gives all that a custom role with these permissions lets its holders do (contract section 3): UPDATE, DELETE and
 * EXECUTE each imply READ, and two permissions come with every custom role. Servers differ in whether they list them.
 */
export function impliedPermissions(names: readonly string[]): string[] {
  const implied = names.flatMap((name) => {
    const resource = IMPLIES_READ.exec(name)?.[1];
    return resource ? [name, `READ_${resource}`] : [name];
  });
  return [...new Set([...implied, ...CARRIED])];
}
