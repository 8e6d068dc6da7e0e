import type { RestClient } from '../../upstream/client/client.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import {
  findRole,
  listCustomRoles,
  listRoles,
  listSystemRoles,
  type RoleKind,
  type RoleRecord,
} from './rest.ts';

/** How one operation reads roles. */
export interface RoleLoader extends RecordLoader<RoleRecord> {
  /** Gives the roles of one kind. */
  listOfKind(kind: RoleKind): Promise<readonly RoleRecord[]>;
}

/** Makes the loader of roles, for one operation. */
export function createRoleLoader(client: RestClient): RoleLoader {
  const records = createRecordLoader(client, {
    kind: 'roles',
    one: (id) => findRole(client, id),
    all: () => listRoles(client),
  });

  return {
    ...records,
    async listOfKind(kind) {
      const roles = await (kind === 'SYSTEM' ? listSystemRoles : listCustomRoles)(client);
      records.prime(roles);
      return roles;
    },
  };
}
