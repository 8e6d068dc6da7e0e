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

const GRANTS = '/auth/authorization';
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

  it('is registered again by its creator, and by whoever may update it; nobody gets a grant by that', async () => {
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

  it('is shared by its creator, and by nobody else', async () => {
    const [owner, other, friend] = [await creator(), await creator(), await make.user()];
    const target = await registered(kind, owner);
    const body = { subject: { type: 'USER', id: friend }, target, access: ['READ'] };
    expectError(await api.call('POST', GRANTS, { token: other.token, body }), 403);
    must(await api.call('POST', GRANTS, { token: owner.token, body }));
    expect(await make.check(friend, target)).toEqual({ ...NONE, READ: true });
  });

  it('is of its own type: a task of the same name is another', async () => {
    const [owner, other] = [await creator(), await creator()];
    const { id } = await registered(kind, owner);
    expectEmpty(await register(KINDS[1], id, other.token));
    expect(await make.check(owner.userId, { type: 'TASK_DEF', id })).toEqual(NONE);
  });

  it('shows its creator with all five accesses in every call that tells grants, and nothing else', async () => {
    const owner = await creator();
    const target = await registered(kind, owner);
    const access = Object.keys(ALL);
    const grant = { target, access };
    const path = `${GRANTS}/${target.type}/${target.id}`;
    const subject = { type: 'USER', id: owner.userId };
    expect((await api.call('GET', `${path}?groupBy=subject`)).json).toEqual({
      [`USER:${owner.userId}`]: access,
    });
    const byAccess = Object.fromEntries(access.map((one) => [one, [subject]]));
    expect((await api.call('GET', path)).json).toEqual(byAccess);
    expect(await make.grantsOf('users', owner.userId)).toEqual([grant]);
    const ofItself = await api.call('GET', `/auth/subjects/USER/${enc(owner.userId)}/grants`, {
      token: owner.token,
    });
    expect(ofItself.json).toEqual([grant]);
  });

  it('is closed to its creator, who made it, when that grant is revoked', async () => {
    const owner = await creator();
    const target = await registered(kind, owner);
    const body = { subject: { type: 'USER', id: owner.userId }, target, access: Object.keys(ALL) };
    must(await api.call('DELETE', GRANTS, { token: owner.token, body }));
    expect(await make.check(owner.userId, target)).toEqual(NONE);
    expectError(await register(kind, target.id, owner.token), 403, target.id);
    expectError(await api.call('POST', GRANTS, { token: owner.token, body }), 403, target.id);
  });

  it('stays open to its creator when the role that allowed creating it is taken away', async () => {
    const role = await make.role(['CREATE_WORKFLOW_DEF']);
    const owner = await make.actor(role);
    const target = await registered(kind, owner);
    must(await api.call('DELETE', `/roles/${role}`));
    expect(await make.check(owner.userId, target)).toEqual(ALL);
    expectError(await register(kind, unique('def'), owner.token), 403);
  });
});

describe.skipIf(remote)('a name that is not registered, but on which somebody holds a grant', () => {
  const SUBJECTS = [
    ['another user', 'USER', () => make.user()],
    ['a group', 'GROUP', () => make.group()],
    ['a role', 'ROLE', () => make.role()],
    ['a user that does not exist', 'USER', async () => unique('nobody')],
  ] as const;
  const cases = KINDS.flatMap((kind) => SUBJECTS.map(([who, type, holder]) => ({ kind, who, type, holder })));

  it.each(cases)('$kind.type, held by $who: is not new, so creating it takes full access or ADMIN', async ({
    kind,
    type,
    holder,
  }) => {
    const [mine, id] = [await creator(), await holder()];
    const target = { type: kind.type, id: unique('def') };
    await make.grant({ type, id }, target, ['READ']);
    expectError(await register(kind, target.id, mine.token), 403, target.id);
    expect(await make.check(mine.userId, target)).toEqual(NONE);
    const theirs = { subject: { type, id }, target, access: ['READ'] };
    expectError(await api.call('DELETE', GRANTS, { token: mine.token, body: theirs }), 403, target.id);
    const own = { subject: { type: 'USER', id: mine.userId }, target, access: ['READ'] };
    expectError(await api.call('POST', GRANTS, { token: mine.token, body: own }), 403, target.id);
    expectEmpty(await register(kind, target.id, api.admin));
    expectError(await register(kind, target.id, mine.token), 403, target.id);
  });

  it.each(KINDS)('$type: some access of one’s own is not enough, all five are', async (kind) => {
    const mine = await creator();
    const target = { type: kind.type, id: unique('def') };
    const subject = { type: 'USER', id: mine.userId };
    await make.grant(subject, target, ['READ', 'CREATE', 'UPDATE', 'DELETE']);
    expectError(await register(kind, target.id, mine.token), 403, target.id);
    expect(await make.check(mine.userId, target)).toEqual({ ...ALL, EXECUTE: false });
    await make.grant(subject, target, ['EXECUTE']);
    expectEmpty(await register(kind, target.id, mine.token));
  });

  it('is in a list of tasks: none of the list is registered', async () => {
    const [mine, [, task]] = [await creator(), KINDS];
    const [free, granted] = [unique('def'), unique('def')];
    await make.grant({ type: 'GROUP', id: await make.group() }, { type: task.type, id: granted }, ['READ']);
    const body = [{ name: free }, { name: granted }];
    expectError(await api.call('POST', task.path, { token: mine.token, body }), 403, granted);
    expect(await make.check(mine.userId, { type: task.type, id: free })).toEqual(NONE);
    expectEmpty(await register(task, free, (await creator()).token));
  });

  it('is new when the last grant on it is revoked', async () => {
    const [mine, [kind], friend] = [await creator(), KINDS, await make.user()];
    const target = { type: kind.type, id: unique('def') };
    const grant = { subject: { type: 'USER', id: friend }, target, access: ['READ', 'EXECUTE'] };
    await make.grant(grant.subject, target, grant.access);
    must(await api.call('DELETE', GRANTS, { body: { ...grant, access: ['READ'] } }));
    expectError(await register(kind, target.id, mine.token), 403, target.id);
    must(await api.call('DELETE', GRANTS, { body: grant }));
    expectEmpty(await register(kind, target.id, mine.token));
  });
});

describe.skipIf(remote)('what groups get on definitions that their members create', () => {
  it.each(KINDS)('$type: the groups’ defaultAccess of that kind, as a grant of the group', async (kind) => {
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
    expect(await make.grantsOf('groups', group)).toEqual([{ target, access: ['READ', 'EXECUTE'] }]);
  });

  it('is each group’s own, and nothing for a group whose entry is empty', async () => {
    const [one, other, empty] = [
      await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } }),
      await make.group({ defaultAccess: { WORKFLOW_DEF: ['UPDATE'] } }),
      await make.group({ defaultAccess: { WORKFLOW_DEF: [] } }),
    ];
    const owner = await creator();
    for (const group of [one, other, empty]) await join(group, owner.userId);
    const target = await registered(KINDS[0], owner);
    expect(await make.grantsOf('groups', one)).toEqual([{ target, access: ['READ'] }]);
    expect(await make.grantsOf('groups', other)).toEqual([{ target, access: ['UPDATE'] }]);
    expect(await make.grantsOf('groups', empty)).toEqual([]);
  });

  it('counts what a member may do, too: with UPDATE it registers the definition anew', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['UPDATE'] } });
    const [owner, mate] = [await creator(), await make.actor('WORKER')];
    await join(group, owner.userId);
    const target = await registered(KINDS[0], owner);
    expectError(await register(KINDS[0], target.id, mate.token), 403);
    await join(group, mate.userId);
    expectEmpty(await register(KINDS[0], target.id, mate.token));
  });

  it('is given at creation and never again: not when the creator joins, when defaultAccess changes, or it is registered anew', async () => {
    const [before, after] = [
      await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } }),
      await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } }),
    ];
    const owner = await creator();
    await join(before, owner.userId);
    const target = await registered(KINDS[0], owner);
    await join(after, owner.userId);
    await putGroup(before, { WORKFLOW_DEF: ['READ', 'DELETE'] });
    expectEmpty(await register(KINDS[0], target.id, owner.token));
    expect(await make.grantsOf('groups', before)).toEqual([{ target, access: ['READ'] }]);
    expect(await make.grantsOf('groups', after)).toEqual([]);
  });

  it('is never taken back, but by a revocation: not when the creator leaves, nor with defaultAccess', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } });
    const [owner, mate] = [await creator(), await make.user({ groups: [group] })];
    await join(group, owner.userId);
    const target = await registered(KINDS[0], owner);
    await leave(group, owner.userId);
    await putGroup(group, {});
    expect(await make.check(mate, target)).toEqual({ ...NONE, READ: true });
    const body = { subject: { type: 'GROUP', id: group }, target, access: ['READ'] };
    must(await api.call('DELETE', GRANTS, { token: owner.token, body }));
    expectEmpty(await register(KINDS[0], target.id, owner.token));
    expect(await make.check(mate, target)).toEqual(NONE);
  });

  it('outlives the creator, who has nothing when made again under the same id', async () => {
    const group = await make.group({ defaultAccess: { WORKFLOW_DEF: ['READ'] } });
    const id = await make.user({ roles: ['METADATA_API'], groups: [group] });
    const mate = await make.user({ groups: [group] });
    const name = unique('def');
    expectEmpty(await register(KINDS[0], name, await api.issueToken(id)));
    const target = { type: 'WORKFLOW_DEF', id: name };
    must(await api.call('DELETE', `/users/${enc(id)}`));
    expect(await make.check(mate, target)).toEqual({ ...NONE, READ: true });
    await make.user({ roles: ['METADATA_API'] }, id);
    expect(await make.check(id, target)).toEqual(NONE);
    expectError(await register(KINDS[0], name, await api.issueToken(id)), 403, name);
  });
});
