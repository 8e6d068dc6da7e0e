import { afterAll, describe, expect, it } from 'vitest';
import { EngineUnderTest, type Person } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const [red, blue] = [await engine.role('red'), await engine.role('blue')];
const ADMIN = engine.admin;

const act = async (as: Person, method: string, path: string, body?: unknown) =>
  engine.must(await engine.call(method, `/api${path}`, { as, body }), 200);

/** Makes an application of somebody’s, and gives it roles. */
async function application(owner: Person, ...roles: string[]): Promise<Person> {
  const id = String((await act(owner, 'POST', '/applications', { name: 'An application' })).record['id']);
  for (const role of roles) await act(ADMIN, 'POST', `/applications/${id}/roles/${role}`);
  return { id: `app:${id}`, uuid: id };
}

async function grant(type: string, id: string, target: object, access: string[]): Promise<void> {
  await act(ADMIN, 'POST', '/auth/authorization', { subject: { type, id }, target, access });
}
const on = ({ uuid }: Person) => ({ type: 'APPLICATION', id: uuid });

/** Has somebody ask for a new role, that red ones (and then, with two steps, blue ones) decide on. */
async function asked(by: Person, steps = [[red.id]], more: object = {}) {
  const role = await engine.role('wanted');
  await engine.workflow([role.id], steps, more);
  return { id: await engine.asked(by, role.id), role };
}

/** Every way to come to act as an application, but owning it. */
const WAYS: Record<string, (approver: Person, app: Person) => Promise<unknown>> = {
  'UPDATE granted to it': (approver, app) => grant('USER', approver.id, on(app), ['UPDATE']),
  'UPDATE granted to a group of it': async (approver, app) => {
    await act(ADMIN, 'PUT', '/groups/makers', { description: 'Makers', roles: [] });
    await act(ADMIN, 'POST', `/groups/makers/users/${approver.id}`);
    await grant('GROUP', 'makers', on(app), ['UPDATE']);
  },
  'UPDATE granted to a role of it': (_, app) => grant('ROLE', red.name, on(app), ['UPDATE']),
  'UPDATE by a tag': async (approver, app) => {
    await act(ADMIN, 'PUT', `/applications/${app.uuid}/tags`, [{ key: 'team', value: app.uuid }]);
    await grant('USER', approver.id, { type: 'TAG', id: `team:${app.uuid}` }, ['UPDATE']);
  },
  'a role that updates every application': async (approver) => {
    const role = await engine.role('updater', ['UPDATE_APPLICATION']);
    await act(ADMIN, 'PUT', `/users/${approver.id}`, { name: 'A', roles: [red.name, role.name] });
  },
  'the role APPLICATION_MANAGER, through a group': async (approver) => {
    await act(ADMIN, 'PUT', '/groups/managers', { description: 'M', roles: ['APPLICATION_MANAGER'] });
    await act(ADMIN, 'POST', `/groups/managers/users/${approver.id}`);
  },
};

describe('nobody decides on a request of their own, as whatever they act', () => {
  it('nor on one of an application of which they have made a key, though they may update it no longer', async () => {
    const approver = await engine.person('approver', ['USER', red.name]);
    const app = await application(await engine.person('owner', ['USER']));
    await grant('USER', approver.id, on(app), ['UPDATE']);
    const key = (await act(approver, 'POST', `/applications/${app.uuid}/accessKeys`)).record['id'];
    await act(ADMIN, 'DELETE', `/auth/subjects/USER/${approver.id}/grants`);
    const { id } = await asked(app);
    expectRefusal(await engine.decide(approver, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    await act(ADMIN, 'DELETE', `/applications/${app.uuid}/accessKeys/${key}`);
    expectDone(await engine.decide(approver, id, 'APPROVED'));
  });

  it('neither on one of an application that they own', async () => {
    const owner = await engine.person('owner', ['USER', red.name]);
    const app = await application(owner);
    const { id, role } = await asked(app);
    for (const decision of ['APPROVED', 'DENIED']) {
      expectRefusal(await engine.decide(owner, id, decision), 403, 'PERMISSION_DENIED');
    }
    expect(await engine.roles(app)).toEqual([]);
    expectDone(await engine.decide(await engine.person('another', [red.name]), id, 'APPROVED'));
    expect(await engine.roles(app)).toEqual([role.name]);
  });

  it.each(Object.entries(WAYS))('nor on one of an application that they have %s', async (_, give) => {
    const owner = await engine.person('owner', ['USER']);
    const approver = await engine.person('approver', [red.name]);
    const app = await application(owner);
    const { id } = await asked(app);
    await give(approver, app);
    expectRefusal(await engine.decide(approver, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING' });
    // Who may update every application could act as both of two in the tests to come.
    await act(ADMIN, 'DELETE', `/users/${approver.id}`);
    await act(ADMIN, 'DELETE', `/auth/subjects/ROLE/${red.name}/grants`);
  });

  it('nor on one asked for such an application by somebody else', async () => {
    const owner = await engine.person('owner', ['USER', red.name]);
    const app = await application(owner);
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id]]);
    const id = await engine.asked(ADMIN, role.id, { target_user: { id: app.uuid } });
    expectRefusal(await engine.decide(owner, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
  });

  it('nor does an application on one of its owner', async () => {
    const owner = await engine.person('owner', ['USER']);
    const app = await application(owner, red.name);
    const { id } = await asked(owner);
    expectRefusal(await engine.decide(app, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
  });

  it('nor one application on one of another, where somebody can act as both', async () => {
    const owner = await engine.person('owner', ['USER']);
    const [one, two] = [await application(owner), await application(owner, red.name)];
    const { id } = await asked(one);
    expectRefusal(await engine.decide(two, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    const stranger = await application(await engine.person('stranger', ['USER']), red.name);
    const granted = await asked(one);
    await grant('USER', owner.id, on(stranger), ['UPDATE']);
    expectRefusal(await engine.decide(stranger, granted.id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    await act(ADMIN, 'DELETE', `/auth/subjects/USER/${owner.id}/grants`);
    expectDone(await engine.decide(stranger, granted.id, 'APPROVED'));
  });

  it('nor on one of an application that an application of theirs has made', async () => {
    const owner = await engine.person('owner', ['USER', red.name]);
    const first = await application(owner, 'APPLICATION_CREATOR');
    const second = await application(first, 'APPLICATION_CREATOR');
    const { id } = await asked(await application(second));
    expectRefusal(await engine.decide(owner, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
  });

  it('but with any other access to the application, or as an ADMIN, one does', async () => {
    const owner = await engine.person('owner', ['USER']);
    const app = await application(owner);
    const reader = await engine.person('reader', [red.name]);
    await grant('USER', reader.id, on(app), ['READ', 'CREATE', 'DELETE', 'EXECUTE']);
    expectDone(await engine.decide(reader, (await asked(app)).id, 'APPROVED'));
    const admin = await engine.person('admin', ['ADMIN', red.name]);
    expectDone(await engine.decide(admin, (await asked(app)).id, 'APPROVED'));
    expectRefusal(
      await engine.decide(admin, (await asked(await application(admin))).id, 'APPROVED'),
      403,
      'PERMISSION_DENIED',
    );
  });
});

describe('two approvals take two persons, where one would not do', () => {
  const STEPS = [[red.id], [blue.id]];
  const ALL = { steps: [{ name: 'all', match: 'ALL', approvers: [{ role: red }, { role: blue }] }] };

  it('of two steps, and neither comes first', async () => {
    const asker = await engine.person('asker');
    const person = await engine.person('person', ['USER', red.name]);
    const app = await application(person, blue.name);
    const { id, role } = await asked(asker, STEPS);
    expectDone(await engine.decide(person, id, 'APPROVED'));
    expectRefusal(await engine.decide(app, id, 'APPROVED', 1), 403, 'PERMISSION_DENIED');
    expect(await engine.roles(asker)).toEqual([]);
    expectDone(await engine.decide(await engine.person('other', [blue.name]), id, 'APPROVED', 1));
    expect(await engine.roles(asker)).toEqual([role.name]);

    const turned = await asked(asker, STEPS.toReversed());
    expectDone(await engine.decide(app, turned.id, 'APPROVED'));
    expectRefusal(await engine.decide(person, turned.id, 'APPROVED', 1), 403, 'PERMISSION_DENIED');
  });

  it('of one step that takes all its roles', async () => {
    const person = await engine.person('person', ['USER', red.name]);
    const app = await application(person, blue.name);
    const { id } = await asked(await engine.person('asker'), [], ALL);
    expectDone(await engine.decide(person, id, 'APPROVED'));
    expectRefusal(await engine.decide(app, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING' });
  });

  it('of two applications in the same hands', async () => {
    const person = await engine.person('person', ['USER']);
    const [one, two] = [await application(person, red.name), await application(person, blue.name)];
    const { id } = await asked(await engine.person('asker'), STEPS);
    expectDone(await engine.decide(one, id, 'APPROVED'));
    expectRefusal(await engine.decide(two, id, 'APPROVED', 1), 403, 'PERMISSION_DENIED');
  });

  it('but a denial is heard from anybody who holds the role', async () => {
    const person = await engine.person('person', ['USER', red.name]);
    const app = await application(person, blue.name);
    const { id } = await asked(await engine.person('asker'), STEPS);
    expectDone(await engine.decide(person, id, 'APPROVED'));
    expectDone(await engine.decide(app, id, 'DENIED', 1));
    expect(await engine.request(id)).toMatchObject({ status: 'DENIED' });
  });

  it('and who holds both roles is who the workflow asks for, twice', async () => {
    const both = await engine.person('both', [red.name, blue.name]);
    const { id } = await asked(await engine.person('asker'), STEPS);
    expectDone(await engine.decide(both, id, 'APPROVED'));
    expectDone(await engine.decide(both, id, 'APPROVED', 1));
  });
});
