import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt, textAt } from '../../support/graphql-answer.ts';
import { type Stack, startStack } from '../../support/start-stack.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);

let stack: Stack;
let now = START;
/** An administrator's token; those of the past have run out. */
let token: string;
/** Ids of what the server named, by what the test calls it. */
const ids: Record<string, string> = {};

const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body, token);
const post = (path: string, body?: unknown) => stack.call('POST', `/api${path}`, body, token);

async function waitUntil(time: number): Promise<void> {
  now = time;
  token = await stack.as('ann');
}

async function grant(subject: string, target: string, ...access: string[]): Promise<void> {
  const key = (text: string) => {
    const [type = '', ...id] = text.split(' ');
    return { type, id: id.join(' ') };
  };
  await post('/auth/authorization', { subject: key(subject), target: key(target), access });
}

/** A world with twenty findings, each marked, between things that look alike and are none. */
beforeAll(async () => {
  stack = await startStack({ now: () => now });
  token = stack.admin;
  await post('/roles', { name: 'auditor', permissions: ['READ_SECRET'] });
  await put('/groups/ops', { description: 'Operations', roles: [] });
  await put('/groups/root', { description: 'Administrators', roles: ['ADMIN'] });
  await put('/groups/ghosts', { description: 'Nobody', roles: [] }); //                        1
  await put('/groups/=cmd()', { description: 'Nobody, and a formula', roles: [] }); //         2
  await put('/users/ann', { name: 'Ann', roles: ['ADMIN'], groups: ['ops'] }); //              3
  await put('/users/bob', { name: 'Bob', roles: ['USER'], groups: ['root'] }); //              4
  await put('/users/cy', { name: 'Cy', roles: ['USER'], groups: ['ops'] });
  await put('/users/dee', { name: 'Dee', roles: ['USER'] });
  await waitUntil(START);
  // What the tests' own administrator signs in with would be two findings more.
  for (const own of listAt(await stack.call('GET', '/api/applications'))) {
    await stack.call('DELETE', `/api/applications/${textAt(own, 'id')}`, undefined, token);
  }
  const application = async (name: string, ...roles: string[]) => {
    ids[name] = textAt(await post('/applications', { name }), 'id');
    for (const role of roles) await post(`/applications/${ids[name]}/roles/${role}`);
  };
  await application('worker', 'WORKER', 'auditor');
  await application('deployer', 'METADATA_MANAGER', 'WORKFLOW_MANAGER', 'WORKER'); //          5, 6
  await application('rooted', 'ADMIN'); //                                                     7
  const key = async (name: string, owner: string) => {
    ids[name] = textAt(await post(`/applications/${ids[owner]}/accessKeys`), 'id');
  };
  await key('old', 'worker'); //                                                               8
  await key('old and inactive', 'worker'); //                                                  9
  await waitUntil(START + 60 * DAY);
  await key('inactive', 'deployer'); //                                                        10
  await key('fresh', 'deployer');
  await post(`/applications/${ids['worker']}/accessKeys/${ids['old and inactive']}/status`);
  await post(`/applications/${ids['deployer']}/accessKeys/${ids['inactive']}/status`);
  await waitUntil(START + 120 * DAY);
  await grant('GROUP ops', 'WORKFLOW_DEF orders', 'READ', 'EXECUTE');
  await grant('USER cy', 'WORKFLOW_DEF orders', 'READ'); //                                    11
  await grant('USER cy', 'WORKFLOW_DEF refunds', 'READ');
  await grant('USER dee', 'WORKFLOW_DEF orders', 'READ');
  await grant('USER ann', 'WORKFLOW_DEF orders', 'READ', 'UPDATE');
  await grant('USER bob', 'TASK_DEF charge', 'READ', 'DELETE'); //                             12
  await grant('USER nobody', 'WORKFLOW_DEF orders', 'READ'); //                                13
  await grant('GROUP gone', 'WORKFLOW_DEF refunds', 'READ'); //                                14
  await grant('ROLE gone', 'TASK_DEF charge', 'EXECUTE'); //                                   15
  await grant('USER dee', 'APPLICATION no-such-application', 'READ'); //                       16
  await grant('GROUP ops', 'GROUP gone', 'READ'); //                                           17
  await grant('ROLE auditor', 'AUTH_CONFIG no-such-config', 'READ'); //                        18
  await grant('USER dee', `APPLICATION ${ids['worker']}`, 'READ');
  await grant('USER dee', 'USER ann', 'READ');
  await giveUntil('dee', now + 3 * DAY); //                                                    19
  await giveUntil('cy', now + 13 * DAY); //                                                    20
  await giveUntil('ann', now + 15 * DAY);
  stack.rest.clear();
});
afterAll(() => stack.stop());

/** Gives a user the role auditor until some time, past all requests. */
async function giveUntil(userId: string, end: number): Promise<void> {
  const uuid = textAt(await stack.call('GET', `/api/users/${userId}`, undefined, token), 'uuid');
  const bearer = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const roles = await fetch(`${stack.apiUrl}/role-store/api/v1/roles/resolve`, {
    method: 'POST',
    headers: bearer,
    body: '["auditor"]',
  });
  const id = textAt(await roles.json(), 'items', 0, 'id');
  const held = await fetch(`${stack.apiUrl}/role-store/api/v1/users/${uuid}/roles`, { headers: bearer });
  const kept = listAt(await held.json(), 'items');
  const window = {
    grant_type: 'TIME_RESTRICTED',
    grant_start: new Date(now - DAY).toISOString(),
    grant_end: new Date(end).toISOString(),
  };
  const answer = await fetch(`${stack.apiUrl}/role-store/api/v1/users/${uuid}/roles`, {
    method: 'PUT',
    headers: bearer,
    body: JSON.stringify([...kept, { id, explicit: true, ...window }]),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

describe('accessReview', () => {
  test('finds the twenty things that were planted, and nothing else', async () => {
    const data = await stack.data(
      `{ accessReview { isComplete findings(first: 1000) { totalCount nodes {
      kind subject { id } target { rawType id: rawId } access role { id } accessKey { id status } at paths { access } } } } }`,
      { token },
    );
    const [old, both] = [ids['old'], ids['old and inactive']];
    const app = (name: string) => `app:${ids[name]}`;
    const found = listAt(data, 'accessReview', 'findings', 'nodes').map((node) => {
      const text = (...path: string[]) => (at(node, path[0] ?? '') === null ? null : at(node, ...path));
      return [
        ...[at(node, 'kind'), at(node, 'subject', 'id'), text('target', 'id'), text('role', 'id')],
        ...[text('accessKey', 'id'), listAt(node, 'access').join(' ')],
      ]
        .filter((part) => part !== null && part !== '')
        .join(' | ');
    });
    expect(found.sort()).toEqual(
      [
        'EMPTY_GROUP | ghosts',
        'EMPTY_GROUP | =cmd()',
        'ADMINISTRATOR | ann',
        'ADMINISTRATOR | bob',
        `PRIVILEGED_APPLICATION | ${app('deployer')} | METADATA_MANAGER`,
        `PRIVILEGED_APPLICATION | ${app('deployer')} | WORKFLOW_MANAGER`,
        `PRIVILEGED_APPLICATION | ${app('rooted')} | ADMIN`,
        `OLD_ACCESS_KEY | ${app('worker')} | ${old}`,
        `INACTIVE_ACCESS_KEY | ${app('worker')} | ${both}`,
        `INACTIVE_ACCESS_KEY | ${app('deployer')} | ${ids['inactive']}`,
        'REDUNDANT_GRANT | cy | orders | READ',
        'REDUNDANT_GRANT | bob | charge | READ DELETE',
        'DANGLING_SUBJECT | nobody | orders | READ',
        'DANGLING_SUBJECT | gone | refunds | READ',
        'DANGLING_SUBJECT | gone | charge | EXECUTE',
        'DANGLING_TARGET | dee | no-such-application | READ',
        'DANGLING_TARGET | ops | gone | READ',
        'DANGLING_TARGET | auditor | no-such-config | READ',
        'ENDING_ROLE | cy | auditor',
        'ENDING_ROLE | dee | auditor',
      ].sort(),
    );
    expect(at(data, 'accessReview', 'isComplete')).toBe(true);
  });

  test('reads no more than the kinds need', async () => {
    const lists = [
      'GET /api/applications',
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/token/userInfo',
      'GET /api/users?apps=true',
    ];
    const cost = (kinds: string) =>
      stack.cost(`{ accessReview(kinds: [${kinds}]) { findings { nodes { summary } } } }`, { token });
    expect(await cost('EMPTY_GROUP, ADMINISTRATOR, PRIVILEGED_APPLICATION')).toEqual(lists);
    expect(await cost('OLD_ACCESS_KEY')).toEqual(
      [
        ...lists,
        ...['worker', 'deployer', 'rooted'].map((name) => `GET /api/applications/${ids[name]}/accessKeys`),
      ].sort(),
    );
  });

  test('takes its days from the caller', async () => {
    const count = async (args: string) =>
      at(
        await stack.data(`{ accessReview(${args}) { findings { totalCount } } }`, { token }),
        ...['accessReview', 'findings', 'totalCount'],
      );
    expect(await count('kinds: [OLD_ACCESS_KEY], keyAgeDays: 30')).toBe(2);
    expect(await count('kinds: [ENDING_ROLE], endingWithinDays: 30')).toBe(3);
    expect(await count('kinds: [ENDING_ROLE], endingWithinDays: 0')).toBe(0);
    const refused = await stack.query('{ accessReview(keyAgeDays: -1) { csv } }', { token });
    expect(codesByPath(refused)).toEqual(['accessReview: BAD_USER_INPUT']);
  });

  test('is written as CSV in which no field is a formula', async () => {
    const data = await stack.data('{ accessReview(kinds: [EMPTY_GROUP, REDUNDANT_GRANT]) { csv } }', {
      token,
    });
    expect(textAt(data, 'accessReview', 'csv').split('\r\n')).toEqual([
      '"kind","subject_type","subject","target_type","target","access","role","access_key","at","finding"',
      expect.stringContaining('"REDUNDANT_GRANT","USER","bob","TASK_DEF","charge","READ DELETE","","","",'),
      '"REDUNDANT_GRANT","USER","cy","WORKFLOW_DEF","orders","READ","","","","the grant of READ on WORKFLOW_DEF orders to user cy gives nothing that a group does not give: user cy is in group ops, group ops was granted READ, EXECUTE on WORKFLOW_DEF orders"',
      `"EMPTY_GROUP","GROUP","'=cmd()","","","","","","","group =cmd() has no members"`,
      '"EMPTY_GROUP","GROUP","ghosts","","","","","","","group ghosts has no members"',
      '',
    ]);
  });
});
