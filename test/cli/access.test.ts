import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type CutProxy, startCutProxy } from '../support/cut-proxy.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';
import { type Result, run } from './rolegraph.ts';

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await startStack();
  await buildWorld(stack);
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-access-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

/** Runs a command against the stack, with the administrator's token in the environment. */
const rolegraph = (...args: string[]): Promise<Result> =>
  run(args, { ROLEGRAPH_URL: stack.url, ROLEGRAPH_TOKEN: stack.admin });

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const NIGHT = `
roles:
  night-watch: {description: Watches at night, permissions: [READ_WORKFLOW_DEF]}
groups:
  night: {description: Night shift, roles: [night-watch]}
users:
  cy@example.com: {name: Cyrus, groups: [night]}
applications:
  lamps: {roles: [WORKER], tags: {team: night}}
grants:
  - {to: application:lamps, on: TASK_DEF:switch, access: [EXECUTE]}
`;

test('a file is planned, applied, and then nothing is left to do', async () => {
  const path = await file('night.yaml', NIGHT);
  const text = `+ create role night-watch: description "Watches at night"; permissions READ_WORKFLOW_DEF
+ create group night: description "Night shift"; roles night-watch
+ create application lamps
~ change user cy@example.com: name "Cyrus"
+ give role WORKER to application lamps
+ add user cy@example.com to group night
+ tag application lamps with team:night
+ grant EXECUTE on TASK_DEF switch to application lamps

8 changes: 7 to add, 1 to change, 0 to remove.
`;
  expect(await rolegraph('plan', path)).toEqual({ code: 2, stdout: text, stderr: '' });
  const json = await rolegraph('plan', path, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    counts: { add: 7, change: 1, remove: 0 },
    changes: {
      length: 8,
      2: { kind: 'CREATE_APPLICATION', input: { createApplication: { name: 'lamps' } } },
    },
  });

  expect(await rolegraph('apply', path)).toEqual({ code: 0, stdout: `${text}Done: 8 of 8.\n`, stderr: '' });

  stack.rest.clear();
  const nothing = 'No changes: everything already matches the file.\n';
  expect(await rolegraph('plan', path)).toEqual({ code: 0, stdout: nothing, stderr: '' });
  expect(await rolegraph('apply', path)).toEqual({ code: 0, stdout: nothing, stderr: '' });
  expect(stack.rest.log.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

test('a file in another encoding than UTF-8 is not planned, for different ids would be one', async () => {
  const path = join(folder, 'latin1.yaml');
  await writeFile(path, Buffer.from('users:\n  jos\u00e9@example.com: {roles: [USER]}\n', 'latin1'));
  const { code, stdout, stderr } = await rolegraph('plan', path);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${path} is not written in UTF-8`);
});

test('what is there is exported, holds as it was exported, and is brought back by pruning', async () => {
  const { code, stdout } = await rolegraph('export');
  expect(code).toBe(0);
  const path = await file('all.yaml', stdout);
  expect((await rolegraph('plan', path, '--prune')).code).toBe(0);

  await stack.call('PUT', '/api/users/intruder@example.com', {
    name: 'Intruder',
    roles: ['ADMIN'],
    groups: ['ops'],
  });
  await stack.call('DELETE', '/api/groups/ops/users/bob@example.com');
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'GROUP', id: 'eng' },
    target: { type: 'SECRET_NAME', id: 'vault' },
    access: ['READ'],
  });
  expect(await rolegraph('plan', path)).toMatchObject({
    code: 2,
    stdout: '+ add user bob@example.com to group ops\n\n1 change: 1 to add, 0 to change, 0 to remove.\n',
  });
  expect(
    (await rolegraph('apply', path, '--prune', '--yes')).stdout,
  ).toBe(`+ add user bob@example.com to group ops
- remove READ on SECRET_NAME vault from group eng
- delete user intruder@example.com

3 changes: 1 to add, 0 to change, 2 to remove.
Done: 3 of 3.
`);
  expect((await rolegraph('export')).stdout).toBe(stdout);
});

describe('a command that cannot do its work says why and what to do', () => {
  test('for a faulty file', async () => {
    const path = await file('faulty.yaml', 'users:\n  ann:\n    rolls: []\n');
    expect(await rolegraph('plan', path)).toEqual({
      code: 1,
      stdout: '',
      stderr: `rolegraph: ${path}:3:5: users.ann.rolls: is not known here; allowed: name, roles, groups, contact\n`,
    });
  });

  test('for a permission that no role can have, before anything is changed', async () => {
    const path = await file('odd.yaml', 'roles:\n  odd: {permissions: [NO_SUCH_PERMISSION]}\n');
    expect(await rolegraph('apply', path)).toEqual({
      code: 1,
      stdout: '',
      stderr: `rolegraph: ${path}:2:3: roles.odd: There is no permission NO_SUCH_PERMISSION: permissionCatalog lists what there is.\n`,
    });
  });

  test('for a change that the server refuses, with how far it got', async () => {
    await stack.call('POST', '/api/roles', {
      name: 'reader',
      permissions: ['READ_USER', 'READ_GROUP', 'READ_ROLE', 'READ_APPLICATION'],
    });
    await stack.call('PUT', '/api/users/rea@example.com', { name: 'Rea', roles: ['USER', 'reader'] });
    const path = await file(
      'refused.yaml',
      'groups:\n  calm: {description: Calm}\n  loud: {description: Loud}\n',
    );
    const token = await stack.as('rea@example.com');
    const { code, stderr } = await run(['apply', path], { ROLEGRAPH_URL: stack.url, ROLEGRAPH_TOKEN: token });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^rolegraph: create group calm: /);
    expect(stderr).toContain('Stopped after 0 of 2 changes. Run it again to go on from there.');
  });

  test.each([
    ['a file that is not there', ['plan', 'nowhere.yaml'], {}, 'nowhere.yaml cannot be read (ENOENT)'],
    ['a gateway that is not there', ['export', '--url', 'http://127.0.0.1:9'], {}, 'cannot be reached'],
    ['a URL that is none', ['export', '--url', 'here'], {}, 'must be an http or https URL'],
    ['a token file that is not there', ['export', '--token-file', 'nowhere'], {}, 'check --token-file'],
    [
      'no token',
      ['export'],
      { ROLEGRAPH_TOKEN: '' },
      'set ROLEGRAPH_TOKEN, or name a file with --token-file',
    ],
  ])('for %s', async (_, args, env, message) => {
    const { code, stdout, stderr } = await run(args, {
      ROLEGRAPH_URL: stack.url,
      ROLEGRAPH_TOKEN: stack.admin,
      ...env,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('for somebody who is no administrator, whose token may come from a file', async () => {
    const token = await file('token', `${await stack.as('cy@example.com')}\n`);
    const { code, stderr } = await rolegraph('export', '--token-file', token);
    expect(code).toBe(1);
    expect(stderr).toContain('that takes the role ADMIN, or the permission');
    expect(stderr).toContain('a token of somebody with the role ADMIN may do all of it');
  });
});

test('a server that does not list the grants of roles is described without them, and asked on their targets', async () => {
  let proxy: CutProxy | undefined;
  const partial = await startStack({
    between: async (apiUrl) => {
      proxy = await startCutProxy(apiUrl);
      proxy.hide(/^\/api\/auth\/subjects\/ROLE\//);
      return proxy.url;
    },
  });
  onTestFinished(async () => {
    await partial.stop();
    await proxy?.stop();
  });
  await buildWorld(partial);
  const env = { ROLEGRAPH_URL: partial.url, ROLEGRAPH_TOKEN: partial.admin };
  const { code, stdout } = await run(['export'], env);
  expect(code).toBe(0);
  expect(stdout).not.toContain('role:release-manager');
  expect(stdout).toContain('- to: group:eng\n    on: WORKFLOW_DEF:orders');

  const description =
    'grants: [{to: "role:release-manager", on: "WORKFLOW_DEF:orders", access: [READ, UPDATE]}]';
  const path = await file('roles.yaml', description);
  expect((await run(['plan', path], env)).stdout).toBe('No changes: everything already matches the file.\n');
  for (const prune of [false, true]) {
    const variables = { description, prune };
    const plan =
      'query ($description: String!, $prune: Boolean) { accessPlan(description: $description, prune: $prune) { changes { kind } } }';
    expect(JSON.stringify(await partial.data(plan, { variables }))).not.toContain('GRANT_PERMISSIONS');
  }
});
