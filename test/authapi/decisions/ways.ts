import { enc } from '../support/workspace.ts';
import type { Example } from './examples.ts';
import type { Actor, World } from './world.ts';

/** A way to come by a right, and what can end it while a request is under way. */
export interface Way {
  readonly name: string;
  /** Makes somebody who has the right, or who gets it from `open`. */
  readonly actor: (world: World) => Promise<Actor>;
  readonly open?: (world: World, actor: Actor, example: Example) => Promise<void>;
  readonly ends: Readonly<Record<string, (world: World, actor: Actor, example: Example) => Promise<unknown>>>;
}

const MINUTE = 60 * 1000;
const groups = new Map<string, string>();

/** Everything that can stand behind a call, and every way in which it goes. */
export const WAYS: readonly Way[] = [
  {
    name: 'an application that is ADMIN',
    actor: (world) => world.application('ADMIN'),
    ends: {
      'its key is deleted': (world, { keyPath }) => world.arrange('DELETE', String(keyPath)),
      'its key is deactivated': (world, { keyPath }) => world.arrange('POST', `${keyPath}/status`),
      'it is deleted': (world, { id }) => world.arrange('DELETE', `/api/applications/${id.slice(4)}`),
      'the role is taken from it': (world, { id }) =>
        world.arrange('DELETE', `/api/applications/${id.slice(4)}/roles/ADMIN`),
      'its token expires': async (world) => world.wait(MINUTE),
    },
  },
  {
    name: 'a user that is ADMIN',
    actor: (world) => world.person('ADMIN', { roles: ['ADMIN'] }),
    ends: {
      'is deleted': (world, { id }) => world.arrange('DELETE', `/api/users/${enc(id)}`),
      'is deleted and made again': async (world, { id }) => {
        await world.arrange('DELETE', `/api/users/${enc(id)}`);
        await world.arrange('PUT', `/api/users/${enc(id)}`, { name: 'Another', roles: ['ADMIN'] });
      },
      'is demoted': (world, { id }) =>
        world.arrange('PUT', `/api/users/${enc(id)}`, { name: 'Demoted', roles: ['USER'] }),
      'is demoted through the role store': async (world, { id }) =>
        world.arrange('PUT', `/role-store/api/v1/users/${await world.uuidOf(id)}/roles`, []),
    },
  },
  {
    name: 'a user that is ADMIN for a minute',
    actor: async (world) => {
      const actor = await world.person('ADMIN', {});
      const [from, to] = [world.now, world.now + MINUTE].map((time) => new Date(time).toISOString());
      const role = {
        id: await world.roleId('ADMIN'),
        grant_type: 'TIME_RESTRICTED',
        grant_start: from,
        grant_end: to,
      };
      await world.arrange('PUT', `/role-store/api/v1/users/${await world.uuidOf(actor.id)}/roles`, [role]);
      return actor;
    },
    ends: { 'has had its minute': async (world) => world.wait(MINUTE) },
  },
  {
    name: 'a user in a group that is ADMIN',
    actor: (world) => member(world, 'ADMIN', ['ADMIN']),
    ends: {
      'leaves the group': leave,
      'leaves the group by the bulk call': (world, { id }) =>
        world.arrange('DELETE', `/api/groups/${groups.get(id)}/users`, [id]),
      'loses the group': loseGroup,
      'is in a group that loses the role': (world, { id }) =>
        world.arrange('PUT', `/api/groups/${groups.get(id)}`, { description: 'None', roles: [] }),
    },
  },
  {
    name: 'a user with a custom role of every permission',
    actor: async (world) => {
      const role = await world.powerfulRole();
      return world.person(role, { roles: [role] });
    },
    ends: {
      'has a role that is edited': (world, { role }) =>
        world.arrange('PUT', `/api/roles/${role}`, { permissions: ['READ_PROMPT'] }),
      'has a role that is deleted': (world, { role }) => world.arrange('DELETE', `/api/roles/${role}`),
    },
  },
  {
    name: 'a user with every access to the target',
    actor: (world) => world.person('USER', { roles: ['USER'] }),
    open: (world, { id }, { targets }) => world.grantAll({ type: 'USER', id }, targets),
    ends: {
      'has the grant revoked': async (world, { id }, { targets }) => {
        const access = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];
        for (const target of targets) {
          const grant = { subject: { type: 'USER', id }, target, access };
          await world.arrange('DELETE', '/api/auth/authorization', grant);
        }
      },
      'has all its grants revoked': (world, { id }) =>
        world.arrange('DELETE', `/api/auth/subjects/USER/${enc(id)}/grants`),
    },
  },
  {
    name: 'a user in a group with every access to the target',
    actor: (world) => member(world, 'USER', ['USER']),
    open: (world, { id }, { targets }) =>
      world.grantAll({ type: 'GROUP', id: String(groups.get(id)) }, targets),
    ends: { 'leaves the group': leave, 'loses the group': loseGroup },
  },
  {
    name: 'a user with every access to a tag of the application',
    actor: (world) => world.person('USER', { roles: ['USER'] }),
    open: async (world, { id }, { targets }) => {
      await world.grantAll({ type: 'USER', id }, [{ type: 'TAG', id: `of:${id}` }]);
      await onApplications(world, 'PUT', id, targets);
    },
    ends: {
      'has the tag taken off': (world, { id }, { targets }) => onApplications(world, 'DELETE', id, targets),
    },
  },
];

async function member(world: World, role: string, roles: readonly string[]): Promise<Actor> {
  const group = await world.make.group({ roles });
  const actor = await world.person(role, { groups: [group] });
  groups.set(actor.id, group);
  return actor;
}

function leave(world: World, { id }: Actor) {
  return world.arrange('DELETE', `/api/groups/${groups.get(id)}/users/${enc(id)}`);
}

function loseGroup(world: World, { id }: Actor) {
  return world.arrange('DELETE', `/api/groups/${groups.get(id)}`);
}

async function onApplications(world: World, method: string, value: string, targets: Example['targets']) {
  for (const { type, id } of targets) {
    if (type !== 'APPLICATION') continue;
    await world.arrange(method, `/api/applications/${id}/tags`, [{ key: 'of', value }]);
  }
}
