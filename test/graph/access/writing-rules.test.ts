import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { textAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';

const stack = await startStack();
await stack.call('PUT', '/api/users/cy@example.com', { name: 'Cy', roles: ['USER'] });
await stack.call('PUT', '/api/groups/ops', { description: 'Operations', roles: [] });
const application = textAt(await stack.call('POST', '/api/applications', { name: 'app' }), 'id');
afterAll(() => stack.stop());

const WHAT_IF =
  'query ($changes: [AccessChangeInput!]!) { whatIf(changes: $changes) { changes { summary } } }';

/** A change as `whatIf` is sent it, and the REST call that makes it. */
interface Case {
  readonly change: object;
  readonly call: readonly [method: string, path: string, body?: unknown];
}

const ids = fc.constantFrom(
  'new',
  'é b',
  '__proto__',
  ' ',
  'a\nb',
  '\u0007',
  'app:x',
  'x'.repeat(300),
  'system',
  'a/b',
  'a%2Fb',
  '\u200b',
  'a\u0085b',
  'APP:x',
);
const texts = fc.constantFrom('Some', ' ', '\t', '', 'null', 'é', 'a\u0085b');
const roles = fc.subarray(['USER', 'USER_READ_ONLY', 'METADATA_MANAGER'], { minLength: 1 });
const part = encodeURIComponent;

const cases: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(ids, texts, roles).map(([id, name, roleIds]) => ({
    change: { upsertUser: { id, name, roleIds } },
    call: ['PUT', `/api/users/${part(id)}`, { name, roles: roleIds }] as const,
  })),
  fc.tuple(ids, texts, roles).map(([id, description, roleIds]) => ({
    change: { upsertGroup: { id, description, roleIds } },
    call: ['PUT', `/api/groups/${part(id)}`, { description, roles: roleIds }] as const,
  })),
  fc.tuple(ids, fc.constantFrom('FOO', 'WORKFLOW_DEF', 'workflow_def')).map(([id, resource]) => ({
    change: { upsertRole: { id, description: 'd', permissions: [{ resource, actions: ['READ'] }] } },
    call: ['POST', '/api/roles', { name: id, description: 'd', permissions: [`READ_${resource}`] }] as const,
  })),
  fc.tuple(ids, ids, fc.constantFrom('user', 'group', 'role')).map(([from, to, type]) => ({
    change: {
      grantPermissions: { subject: { [type]: from }, target: { type: 'TASK_DEF', id: to }, access: ['READ'] },
    },
    call: [
      'POST',
      '/api/auth/authorization',
      {
        subject: { type: type.toUpperCase(), id: from },
        target: { type: 'TASK_DEF', id: to },
        access: ['READ'],
      },
    ] as const,
  })),
  fc.tuple(texts, texts).map(([key, value]) => ({
    change: { setTag: { applicationId: application, key, value } },
    call: ['PUT', `/api/applications/${application}/tags`, [{ key, value }]] as const,
  })),
  fc.constantFrom('USER', 'USER_READ_ONLY', 'METADATA_MANAGER').map((roleId) => ({
    change: { addRole: { holder: { application }, roleId } },
    call: ['POST', `/api/applications/${application}/roles/${roleId}`] as const,
  })),
  texts.map((name) => ({
    change: { renameApplication: { id: application, name } },
    call: ['PUT', `/api/applications/${application}`, { name }] as const,
  })),
);

/** Tells whether REST takes the call, which is then made. */
async function isTaken([method, path, body]: Case['call']): Promise<boolean> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-authorization': stack.admin },
    body: JSON.stringify(body),
  });
  await response.text();
  expect([200, 400, 403, 404, 409, 414]).toContain(response.status);
  // A role that was made by an earlier case: what was sent would do.
  return response.ok || response.status === 409;
}

test('whatIf has the rules of what can be written that REST has: what one takes the other takes', async () => {
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async ({ change, call }) => {
      const { errors } = await stack.query(WHAT_IF, { variables: { changes: [change] } });
      for (const { extensions } of errors ?? []) expect(extensions?.['code']).toBe('BAD_USER_INPUT');
      const isForetold = (errors ?? []).length === 0;
      const taken = await isTaken(call);
      expect({ isForetold, why: errors?.[0]?.message }, JSON.stringify(errors)).toMatchObject({
        isForetold: taken,
      });
      seen[taken ? 'taken' : 'refused'] += 1;
    }),
    { numRuns: 150, seed: 3 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(30);
}, 60_000);

test('the user of an application is changed through the application, and whatIf says so', async () => {
  for (const change of [
    { deleteUser: `app:${application}` },
    { upsertUser: { id: `app:${application}`, name: 'x' } },
  ]) {
    const { errors } = await stack.query(WHAT_IF, { variables: { changes: [change] } });
    expect(errors?.[0]?.message).toContain('belongs to an application: change the application.');
  }
});

test.each<[what: string, changes: object[], why: string]>([
  [
    'a role beside one that stands alone, of a person',
    [{ addRole: { holder: { user: 'CY@example.com' }, roleId: 'USER_READ_ONLY' } }],
    'Change 1: USER_READ_ONLY cannot stand beside another role',
  ],
  [
    'one of a group that an earlier change gave such a role',
    [
      { addRole: { holder: { group: 'ops' }, roleId: 'USER_READ_ONLY' } },
      { addRole: { holder: { group: 'ops' }, roleId: 'USER' } },
    ],
    'Change 2: USER_READ_ONLY cannot stand beside another role',
  ],
  ['a name that no new role can have', [{ upsertRole: { id: 'a/b' } }], 'Change 1: A new role has up to 255'],
])('whatIf refuses what REST refuses in view of what is there: %s', async (_, changes, why) => {
  const { errors } = await stack.query(WHAT_IF, { variables: { changes } });
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(errors?.[0]?.message).toContain(why);
});
