import { type Ref, unique } from '../support/workspace.ts';
import type { RegisteredRoute } from './registered-routes.ts';
import { smallestValueOf } from './smallest-value.ts';
import type { Actor, World } from './world.ts';

/** A request that a route takes, and what it is about. */
export interface Example {
  readonly path: string;
  readonly body: unknown;
  /** What grants can open it. */
  readonly targets: readonly Ref[];
}

/** What a route needs that its path and the schema of its body do not tell. */
interface Parts {
  readonly ids?: readonly string[];
  readonly body?: unknown;
  readonly targets?: readonly Ref[];
}

type Maker = (world: World, actor: Actor) => Promise<Parts>;

const applicationOf = (id: string): Ref => ({ type: 'APPLICATION', id });

/** By path, where a record has to be there. */
const PATHS: Readonly<Record<string, Maker>> = {
  '/api/users/:id': async ({ make }) => ({ ids: [await make.user()] }),
  '/api/groups/:id': async ({ make }) => ({ ids: [await make.group()] }),
  '/api/groups/:id/users/:userId': async ({ make }) => ({ ids: [await make.group(), await make.user()] }),
  '/api/groups/:id/users': async ({ make }) => ({ ids: [await make.group()], body: [await make.user()] }),
  '/api/applications/:id': async ({ make }) => ofApplication(await make.application()),
  '/api/applications/:id/tags': async ({ make }) => ofApplication(await make.application()),
  '/api/applications/:id/accessKeys': async ({ make }) => ofApplication(await make.application()),
  '/api/applications/:id/roles/:role': async ({ make }) => ofApplication(await make.application(), 'WORKER'),
  '/api/applications/:id/accessKeys/:keyId': ofKey,
  '/api/applications/:id/accessKeys/:keyId/status': ofKey,
  '/api/auth/authorization': async () => {
    const target = { type: 'WORKFLOW_DEF', id: unique('workflow') };
    return {
      body: { subject: { type: 'USER', id: 'somebody' }, target, access: ['READ'] },
      targets: [target],
    };
  },
  '/api/auth/subjects/:type/:id/grants': async ({ make }) => ({ ids: ['USER', await make.user()] }),
  '/api/roles': async () => ({ body: { name: unique('role'), permissions: ['READ_PROMPT'] } }),
  '/api/roles/:name': async ({ make }) => ({
    ids: [await make.role()],
    body: { permissions: ['READ_PROMPT'] },
  }),
  '/api/gateway/config/auth': async (world) => configOf(await world.make.application()),
  '/api/gateway/config/auth/:id': async (world) => {
    const config = configOf(await world.make.application());
    await world.arrange('POST', '/api/gateway/config/auth', config.body);
    return { ...config, ids: [config.body.id] };
  },
  '/workflow-engine/api/v1/workflows': async (world, { role }) => ({
    body: (await world.workflow(role)).body,
  }),
  '/workflow-engine/api/v1/workflows/:id': async (world, { role }) => {
    const { id, body } = await world.workflow(role);
    return { ids: [id], body };
  },
  '/workflow-engine/api/v1/requests': async (world, { role }) => ({
    body: { requested_role: { id: (await world.workflow(role)).roleId } },
  }),
  '/workflow-engine/api/v1/requests/:id': async (world, { token, role }) => ({
    ids: [await world.request(token, role)],
  }),
  '/workflow-engine/api/v1/requests/:id/decision': async (world, { role }) => ({
    ids: [await askedByAnother(world, role)],
    body: { step: 0, decision: 'APPROVED' },
  }),
  '/workflow-engine/api/v1/requests/:id/role/revoke': async (world, { token, role }) => {
    const id = await askedByAnother(world, role);
    const path = `/workflow-engine/api/v1/requests/${id}/decision`;
    await world.send({ method: 'POST', path, token, body: { step: 0, decision: 'APPROVED' } });
    return { ids: [id] };
  },
  '/role-store/api/v1/users/:id/roles': async (world) => ({
    ids: [await world.uuidOf(await world.make.user())],
    body: [{ id: await world.roleId(await world.make.role()) }],
  }),
};

/** Makes a request that a route takes from an actor; one without a body of its own comes with `{}`. */
export async function exampleOf(route: RegisteredRoute, world: World, actor: Actor): Promise<Example> {
  const parts = (await PATHS[route.path]?.(world, actor)) ?? {};
  const ids = [...(parts.ids ?? [])];
  const path = route.path.replaceAll(/:\w+/g, () => encodeURIComponent(ids.shift() ?? unique('made')));
  const generated = route.body === undefined ? {} : smallestValueOf(route.body);
  return { path, body: parts.body ?? generated, targets: parts.targets ?? [] };
}

function ofApplication(id: string, ...more: string[]): Parts {
  return { ids: [id, ...more], targets: [applicationOf(id)] };
}

async function ofKey({ make }: World): Promise<Parts> {
  const id = await make.application();
  return ofApplication(id, (await make.key(id)).id);
}

function configOf(applicationId: string) {
  const body = { id: unique('config'), applicationId, authenticationType: 'NONE' };
  return { body, targets: [applicationOf(applicationId)] };
}

async function askedByAnother(world: World, approver: string): Promise<string> {
  return world.request(await world.issueToken(await world.make.user()), approver);
}
