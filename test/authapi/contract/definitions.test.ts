import { afterAll, describe, expect, it } from 'vitest';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { type Actor, enc, must, type Ref, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const NONE = { READ: false, CREATE: false, UPDATE: false, DELETE: false, EXECUTE: false };
const ALL = { READ: true, CREATE: true, UPDATE: true, DELETE: true, EXECUTE: true };

/** How definitions of each kind are registered, and a system role that may. */
const KINDS = [
  {
    type: 'WORKFLOW_DEF',
    path: '/metadata/workflow',
    body: (name: string) => ({ name, version: 1, tasks: [] }),
  },
  { type: 'TASK_DEF', path: '/metadata/taskdefs', body: (name: string) => [{ name, retryCount: 3 }] },
  { type: 'WORKFLOW_SCHEDULE', path: '/scheduler/schedules', body: (name: string) => ({ name }) },
] as const;
type Kind = (typeof KINDS)[number];

const register = ({ path, body }: Kind, name: string, token: string) =>
  api.call('POST', path, { token, body: body(name) });

/** A caller who may create definitions of all kinds. */
async function creator(): Promise<Actor> {
  const role = await make.role(['CREATE_WORKFLOW_DEF', 'CREATE_TASK_DEF', 'CREATE_WORKFLOW_SCHEDULE']);
  return await make.actor(role);
}

async function registered(kind: Kind, by: Actor): Promise<Ref> {
  const id = unique('def');
  expectEmpty(await register(kind, id, by.token));
  return { type: kind.type, id };
}

const join = async (group: string, userId: string) =>
  void must(await api.call('POST', `/groups/${group}/users/${enc(userId)}`));
const leave = async (group: string, userId: string) =>
  void must(await api.call('DELETE', `/groups/${group}/users/${enc(userId)}`));
const putGroup = (id: string, defaultAccess: object) => make.group({ defaultAccess }, id);

describe.skipIf(remote)('who registers a definition', () => {
  const [workflow, task, schedule] = KINDS;

  it.each([
    [workflow, 'METADATA_API'],
    [workflow, 'METADATA_MANAGER'],
    [workflow, 'USER'],
    [workflow, 'ADMIN'],
    [task, 'METADATA_API'],
    [task, 'METADATA_MANAGER'],
    [schedule, 'ADMIN'],
  ])('$type as %s: its creator may do all with it', async (kind, role) => {
    const actor = await make.actor(role);
    const target = await registered(kind, actor);
    expect(await make.check(actor.userId, target)).toEqual(ALL);
  });

  it.each([
    [workflow, 'WORKER'],
    [workflow, 'APPLICATION_CREATOR'],
    [task, 'WORKFLOW_MANAGER'],
    [schedule, 'USER'],
  ])('$type as %s is 403, and nothing is there to own', async (kind, role) => {
    const { token, userId } = await make.actor(role);
    const id = unique('def');
    expectError(await register(kind, id, token), 403, userId);
    expect(await make.check(userId, { type: kind.type, id })).toEqual(NONE);
  });

  it.each([{}, { name: '' }, { name: ' ' }, { name: 7 }])('needs its name: %j', async (body) => {
    expectError(await api.call('POST', '/metadata/workflow', { body }), 400, 'name');
  });

  it('registers all tasks of a call or none', async () => {
    const [mine, theirs] = [await creator(), await creator()];
    const taken = await registered(task, theirs);
    const free = unique('def');
    const body = [{ name: free }, { name: taken.id }];
    expectError(await api.call('POST', task.path, { token: mine.token, body }), 403, taken.id);
    expect(await make.check(mine.userId, { type: task.type, id: free })).toEqual(NONE);
  });
});

describe.skipIf(remote)('a definition that is there', () => {
  const [kind] = KINDS;

  it('is registered again by its owner, and by whoever may update it; it keeps its owner', async () => {
    const [owner, other] = [await creator(), await make.actor('WORKER')];
    const target = await registered(kind, owner);
    expectEmpty(await register(kind, target.id, owner.token));
    expectError(await register(kind, target.id, other.token), 403, target.id);
    await make.grant({ type: 'USER', id: other.userId }, target, ['UPDATE']);
    expectEmpty(await register(kind, target.id, other.token));
    expectEmpty(await register(kind, target.id, api.admin));
    expect(await make.check(other.userId, target)).toEqual({ ...NONE, UPDATE: true });
    expect(await make.check(owner.userId, target)).toEqual(ALL);
  });

  it('is refused to others who may create definitions', async () => {
    const target = await registered(kind, await creator());
    expectError(await register(kind, target.id, (await creator()).token), 403, target.id);
  });

  it('is shared by its owner, and by nobody else', async () => {
    const [owner, other, friend] = [await creator(), await creator(), await make.user()];
    const target = await registered(kind, owner);
    const body = { subject: { type: 'USER', id: friend }, target, access: ['READ'] };
    expectError(await api.call('POST', '/auth/authorization', { token: other.token, body }), 403);
    must(await api.call('POST', '/auth/authorization', { token: owner.token, body }));
    expect(await make.check(friend, target)).toEqual({ ...NONE, READ: true });
  });

  it('is of its own type: a task of the same name is another', async () => {
    const [owner, other] = [await creator(), await creator()];
    const { id } = await registered(kind, owner);
    expectEmpty(await register(KINDS[1], id, other.token));
    expect(await make.check(owner.userId, { type: 'TASK_DEF', id })).toEqual(NONE);
  });

  it('shows no owner among its grants, nor among those of the owner: exactly what was granted', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } });
    const [owner, friend] = [await creator(), await make.user()];
    await join(group, owner.userId);
    const target = await registered(kind, owner);
    await make.grant({ type: 'USER', id: friend }, target, ['EXECUTE']);
    const bySubject = `/auth/authorization/${target.type}/${target.id}?groupBy=subject`;
    expect((await api.call('GET', bySubject)).json).toEqual({ [`USER:${friend}`]: ['EXECUTE'] });
    expect(await make.grantsOf('users', owner.userId)).toEqual([]);
    expect(await make.grantsOf('groups', group)).toEqual([]);
    expect(await make.grantsOf('users', friend)).toHaveLength(1);
  });
});

describe.skipIf(remote)('what groups get on definitions that their members create', () => {
  it.each(KINDS)('$type: the groups’ defaultAccess of that kind', async (kind) => {
    const group = await make.group({ defaultAccess: { [kind.type]: ['READ', 'EXECUTE'] } });
    const [owner, mate, stranger] = [
      await creator(),
      await make.user({ groups: [group] }),
      await make.user(),
    ];
    await join(group, owner.userId);
    const target = await registered(kind, owner);
    expect(await make.check(mate, target)).toEqual({ ...NONE, READ: true, EXECUTE: true });
    expect(await make.check(stranger, target)).toEqual(NONE);
    const elsewhere = KINDS.filter((other) => other.type !== kind.type);
    for (const other of elsewhere)
      expect(await make.check(mate, await registered(other, owner))).toEqual(NONE);
  });

  it('counts what a member may do, too: with UPDATE it registers the definition anew', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['UPDATE'] } });
    const [owner, mate] = [await creator(), await make.actor('WORKER')];
    const target = await registered(KINDS[0], owner);
    await join(group, owner.userId);
    expectError(await register(KINDS[0], target.id, mate.token), 403);
    await join(group, mate.userId);
    expectEmpty(await register(KINDS[0], target.id, mate.token));
  });

  it('follows members, the creator’s membership and defaultAccess at once, for definitions of before too', async () => {
    const group = await make.group();
    const [owner, mate] = [await creator(), await make.user()];
    const target = await registered(KINDS[0], owner);
    const seen = () => make.check(mate, target);
    await join(group, owner.userId);
    await join(group, mate);
    expect(await seen()).toEqual(NONE);
    await putGroup(group, { WORKFLOW_DEF: ['READ'] });
    expect(await seen()).toEqual({ ...NONE, READ: true });
    await leave(group, mate);
    expect(await seen()).toEqual(NONE);
    await join(group, mate);
    await leave(group, owner.userId);
    expect(await seen()).toEqual(NONE);
    await join(group, owner.userId);
    expect(await seen()).toEqual({ ...NONE, READ: true });
    await putGroup(group, { WORKFLOW_DEF: ['DELETE'] });
    expect(await seen()).toEqual({ ...NONE, DELETE: true });
    must(await api.call('DELETE', `/groups/${group}`));
    expect(await seen()).toEqual(NONE);
  });

  it('ends with the creator: made again under the same id, it owns nothing', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } });
    const id = await make.user({ roles: ['METADATA_API'], groups: [group] });
    const mate = await make.user({ groups: [group] });
    const name = unique('def');
    expectEmpty(await register(KINDS[0], name, await api.issueToken(id)));
    const target = { type: 'WORKFLOW_DEF', id: name };
    expect(await make.check(mate, target)).toEqual({ ...NONE, READ: true });
    must(await api.call('DELETE', `/users/${enc(id)}`));
    expect(await make.check(mate, target)).toEqual(NONE);
    await make.user({ groups: [group] }, id);
    expect(await make.check(id, target)).toEqual(NONE);
    expect(await make.check(mate, target)).toEqual(NONE);
  });
});
