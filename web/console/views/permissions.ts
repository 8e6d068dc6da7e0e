import type { PathFragment, PermissionsFragment } from '../generated/operations.ts';
import { targetNode, wideNode } from '../picture/nodes.ts';
import type { Picture, PictureNode } from '../picture/picture.ts';
import { addressOf, targetOf } from '../place.ts';
import type { Answer } from './view.ts';
import { ways } from './ways.ts';

type Permission = PermissionsFragment['nodes'][number];

const ANYTHING = 'of any type';

/** Adds what somebody may do in effect to a picture, and tells it in words. */
export function permissionAnswers(picture: Picture, { nodes }: PermissionsFragment): Answer[] {
  const types = widePermissions(nodes);
  return nodes.map((permission) => {
    const { target } = permission;
    return {
      text: `${permission.access.join(', ')} ${objectOf(permission)}`,
      link: linkOf(permission),
      ways: permission.paths.flatMap((path) =>
        ways(picture, [path], (giver) => {
          const type = permission.rawTargetType ?? ANYTHING;
          const known =
            types.get(keyOf(giver.id, path, permission)) ?? types.get(keyOf(giver.id, path, null));
          return known === undefined && target
            ? targetNode(target)
            : wideNode(giver.id, wideType(permission, path), [...(known ?? [type])]);
        }),
      ),
    };
  });
}

/** What one role or group gives alike for several types is one thing in the picture. */
function widePermissions(permissions: readonly Permission[]): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const permission of permissions) {
    if (permission.scope === 'TARGET') continue;
    for (const path of permission.paths) {
      const key = keyOf(giverOf(path), path, permission);
      types.set(key, (types.get(key) ?? new Set()).add(permission.rawTargetType ?? ANYTHING));
    }
  }
  return types;
}

function keyOf(giver: string, { access, steps }: PathFragment, permission: Permission | null): string {
  const isDefault =
    steps.at(-1)?.__typename === 'DefaultAccessStep' || permission?.scope === 'CREATED_BY_MEMBERS';
  return `${giver} ${access.join()} ${isDefault}`;
}

function giverOf({ steps }: PathFragment): PictureNode['id'] {
  const last = steps.at(-1);
  switch (last?.__typename) {
    case 'PermissionStep':
    case 'AdministrationStep':
      return `role ${last.role.id}`;
    case 'DefaultAccessStep':
      return `group ${last.group.id}`;
    default:
      return '';
  }
}

function wideType({ scope }: Permission, { steps }: PathFragment): string {
  const isDefault = scope === 'CREATED_BY_MEMBERS' || steps.at(-1)?.__typename === 'DefaultAccessStep';
  return isDefault ? 'made by members' : 'every';
}

function objectOf({ scope, target, rawTargetType, group }: Permission): string {
  switch (scope) {
    case 'TARGET':
      return target ? `on ${target.rawType} ${targetNode(target).name}` : `on a ${rawTargetType}`;
    case 'TYPE':
      return `on every ${rawTargetType}`;
    case 'EVERYTHING':
      return 'on everything';
    case 'CREATED_BY_MEMBERS':
      return `on each ${rawTargetType} that members of ${group?.id} create`;
  }
}

function linkOf({ target, access: [access] }: Permission): Answer['link'] {
  const known = targetOf(target?.rawType, target?.rawId);
  return known && access
    ? { text: `Who else has ${access}?`, href: addressOf({ kind: 'target', target: known, access }) }
    : null;
}
