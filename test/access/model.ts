import type { Access } from '../../src/access/facts/facts.ts';
import { type Key, SYSTEM_ROLES, type World } from './world.ts';

/**
 * Tells by brute force whether a user may do something: the sentences of contract sections 3, 6, 8 and 11 one after the
 * other, each as a loop over the whole world, without indexes, paths or any code of the engine.
 */
export function mayInModel(world: World, userId: string, target: Key, access: Access): boolean {
  const application = world.applications.find(({ id }) => `app:${id}` === userId);
  const user = world.users.find(({ id }) => id === userId);
  const groups = world.groups.filter(({ id }) => user?.groups.includes(id));
  const roles = new Set([
    ...(user?.roles ?? application?.roles ?? []),
    ...groups.flatMap((group) => group.roles),
  ]);
  if (roles.has('ADMIN')) return true;
  const permissions = [...roles].flatMap(
    (name) => world.roles.find(({ id }) => id === name)?.permissions ?? SYSTEM_ROLES[name] ?? [],
  );
  if (target.type === 'APPLICATION' && permissions.includes('APPLICATION_MANAGEMENT')) return true;
  for (const { id, creator, tags } of world.applications) {
    if (target.type !== 'APPLICATION' || target.id !== id) continue;
    if (creator === userId) return true;
    for (const tag of tags) {
      if (isGranted({ type: 'TAG', id: tag })) return true;
    }
  }
  if (isGranted(target)) return true;
  const resources = target.type === 'SECRET_NAME' ? ['SECRET_NAME', 'SECRET'] : [target.type];
  for (const resource of resources) {
    if (access !== 'CREATE' && permissions.includes(`${access}_${resource}`)) return true;
    const implying = ['UPDATE', 'DELETE', 'EXECUTE'].map((action) => `${action}_${resource}`);
    if (access === 'READ' && implying.some((name) => permissions.includes(name))) return true;
  }
  return false;

  function isGranted(on: Key): boolean {
    return world.grants.some((grant) => {
      const { type, id } = grant.subject;
      const counts =
        (type === 'USER' && id === userId) ||
        (type === 'GROUP' && groups.some((group) => group.id === id)) ||
        (type === 'ROLE' && roles.has(id));
      const isOn = grant.target.type === on.type && grant.target.id === on.id;
      return counts && isOn && grant.access.includes(access);
    });
  }
}
