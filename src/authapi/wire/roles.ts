import { type Static, Type } from '@sinclair/typebox';
import { invalid } from '../api-error.ts';
import { FAULT } from '../http/schema-keywords.ts';
import { isOnOffer } from '../policy/permissions.ts';
import type { RoleRecord } from '../store/roles.ts';
import { Permission, permissionAnswer } from './permissions.ts';

const SentPermission = Type.Union([
  Type.String(),
  Type.Object({ resource: Type.String(), actions: Type.Array(Type.String()) }),
  Type.Object({ name: Type.String() }),
]);

const values = {
  description: Type.Optional(Type.String()),
  permissions: Type.Array(SentPermission, {
    description:
      'Each as READ_WORKFLOW_DEF, {name} or {resource, actions}; GET /api/roles/permissions lists them',
  }),
};

/** What a client sends of a new role. Under the excepted names something else is found (contract section 1, order of routes). */
export const NewRoleBody = Type.Object({
  name: Type.String({
    pattern: '^(?!(system|custom|permissions)$)[A-Za-z0-9_-]{1,255}$',
    [FAULT]: 'must be up to 255 letters, digits, _ and -, and neither system nor custom nor permissions',
  }),
  ...values,
});

/** What a client sends of a role that is there; roles are not renamed. */
export const RoleBody = Type.Object({ name: Type.Optional(Type.String()), ...values });

/** A role (contract section 12). */
export const Role = Type.Object({
  name: Type.String(),
  description: Type.String(),
  type: Type.Union([Type.Literal('system'), Type.Literal('custom')]),
  permissions: Type.Array(Permission),
});

/** Writes a role. */
export function roleAnswer({ name, description, type, permissions }: RoleRecord): Static<typeof Role> {
  return { name, description, type, permissions: permissions.map(permissionAnswer) };
}

/** Reads permissions in all three shapes into names, without repetition. Throws 400 for one that is not on offer. */
export function permissionNamesOf(permissions: readonly Static<typeof SentPermission>[]): string[] {
  const names = permissions.flatMap((sent, index) => {
    const path = `body/permissions/${index}`;
    if (typeof sent === 'string') return knownPermission(sent, path);
    if ('name' in sent) return knownPermission(sent.name, `${path}/name`);
    return sent.actions.map((action) => knownPermission(`${action}_${sent.resource}`, path));
  });
  return [...new Set(names)];
}

function knownPermission(name: string, path: string): string {
  if (isOnOffer(name)) return name;
  throw invalid(path, `must be a permission that GET /api/roles/permissions lists, not ${name}`, name);
}
