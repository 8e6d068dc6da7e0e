import type { RestClient } from '../../upstream/client/client.ts';
import type { WorkflowRoleBy } from '../generated/graphql.ts';
import { UserError } from '../kit/user-error.ts';
import type { RoleKey } from './rest.ts';
import { resolveRoleNames } from './role-store.ts';

/** Gives the engine's key of a role. `field` is the path of its selector in the mutation's arguments. */
export type KeyOfRole = (role: WorkflowRoleBy, field: readonly string[]) => RoleKey;

/**
 * Asks the engine for the keys of all roles that are selected by name, in one call, or none where there are no names.
 *
 * @returns a function that throws {@link UserError} `NOT_FOUND` for a role whose name the engine does not know.
 */
export async function roleKeys(client: RestClient, roles: readonly WorkflowRoleBy[]): Promise<KeyOfRole> {
  const names = new Set(roles.flatMap(({ name }) => (name ? [name] : [])));
  const keys = names.size > 0 ? await resolveRoleNames(client, [...names]) : new Map<string, string>();
  return ({ id, name }, field) => {
    const key = id ?? keys.get(name ?? '');
    if (key !== undefined) return { id: key };
    throw new UserError('NOT_FOUND', `The workflow engine knows no role named '${name}'.`, [
      ...field,
      'name',
    ]);
  };
}
