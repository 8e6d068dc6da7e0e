import type { Reach } from '../facts/access-path.ts';
import { ACCESSES, type Access, type AccessFacts, inOrder } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';

/** Contract section 3, "Custom permissions": `<ACTION>_<RESOURCE>`, such as `READ_WORKFLOW_DEF`. */
const ON_RESOURCE = /^(READ|UPDATE|EXECUTE|DELETE)_(.+)$/;

/** Resources that targets know by another name (contract section 3: "SECRET (or SECRET_NAME)"). */
const TARGET_TYPES: ReadonlyMap<string, string> = new Map([['SECRET', 'SECRET_NAME']]);

/** The permission over all applications (contract section 3, "Who may call"). */
const OVER_APPLICATIONS = 'APPLICATION_MANAGEMENT';

/**
 * A permission of a role such as `READ_WORKFLOW_DEF` gives that access to every target of the type. UPDATE, DELETE and
 * EXECUTE each give READ too. `CREATE_…` gives none: it is about targets that are not there yet.
 * `APPLICATION_MANAGEMENT` gives every access to every application. All of this is contract section 3.
 */
export function permissions(facts: AccessFacts, { type, id }: SubjectKey): Reach[] {
  if (type !== 'ROLE') return [];
  return (facts.roles.get(id)?.permissions ?? []).flatMap((permission): Reach[] => {
    const given = accessBy(permission);
    if (!given) return [];
    return [
      {
        scope: { kind: 'TYPE', targetType: given.targetType },
        access: given.access,
        path: [{ kind: 'PERMISSION', roleId: id, permission }],
      },
    ];
  });
}

function accessBy(
  permission: string,
): { readonly targetType: string; readonly access: readonly Access[] } | null {
  if (permission === OVER_APPLICATIONS) return { targetType: 'APPLICATION', access: ACCESSES };
  const [, action, resource = ''] = ON_RESOURCE.exec(permission) ?? [];
  if (!action) return null;
  return {
    targetType: TARGET_TYPES.get(resource) ?? resource,
    access: inOrder(['READ', action as Access]),
  };
}
