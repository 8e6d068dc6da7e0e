import { coerceInputValue, type GraphQLInputType } from 'graphql';
import { expect, test } from 'vitest';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import { changeInput } from '../../src/access/planning/change-input.ts';
import { summaryOf } from '../../src/access/planning/change-summary.ts';
import { changeOf } from '../../src/gateway/graph/bulk-changes/input.ts';
import type { AccessChangeInput } from '../../src/gateway/graph/generated/graphql.ts';
import { buildSchema } from '../../src/gateway/schema.ts';

const schema = buildSchema();
const bob = { type: 'USER', id: 'bob@example.com' } as const;
const orders = { type: 'WORKFLOW_DEF', id: 'orders' };

const SAMPLES: readonly (readonly [summary: string, change: PlannedChange])[] = [
  [
    'grant READ, EXECUTE on WORKFLOW_DEF orders to user bob@example.com',
    { kind: 'GRANT_PERMISSIONS', subject: bob, target: orders, access: ['READ', 'EXECUTE'] },
  ],
  [
    'remove READ on WORKFLOW_DEF orders from role auditor',
    {
      kind: 'REMOVE_PERMISSIONS',
      subject: { type: 'ROLE', id: 'auditor' },
      target: orders,
      access: ['READ'],
    },
  ],
  [
    'add user bob@example.com to group ops',
    { kind: 'ADD_USER_TO_GROUP', groupId: 'ops', userId: 'bob@example.com' },
  ],
  [
    'remove user bob@example.com from group ops',
    { kind: 'REMOVE_USER_FROM_GROUP', groupId: 'ops', userId: 'bob@example.com' },
  ],
  ['give role ADMIN to user bob@example.com', { kind: 'ADD_ROLE', holder: bob, roleId: 'ADMIN' }],
  [
    'take role ADMIN from application new:Billing',
    { kind: 'REMOVE_ROLE', holder: { type: 'APPLICATION', id: 'new:Billing' }, roleId: 'ADMIN' },
  ],
  [
    'tag application a1 with team:payments',
    { kind: 'SET_TAG', applicationId: 'a1', key: 'team', value: 'payments' },
  ],
  [
    'remove tag team:payments from application a1',
    { kind: 'REMOVE_TAG', applicationId: 'a1', key: 'team', value: 'payments' },
  ],
  [
    'write user bob@example.com: name "Bob"; roles none; contact slack @bob',
    {
      kind: 'UPSERT_USER',
      id: 'bob@example.com',
      name: 'Bob',
      roleIds: [],
      groupIds: null,
      contact: [['slack', '@bob']],
    },
  ],
  ['delete user bob@example.com', { kind: 'DELETE_USER', id: 'bob@example.com' }],
  [
    'write group ops: description "Operations"; roles USER, auditor; default access READ+EXECUTE on TASK_DEF',
    {
      kind: 'UPSERT_GROUP',
      id: 'ops',
      description: 'Operations',
      roleIds: ['USER', 'auditor'],
      defaultAccess: [{ targetType: 'TASK_DEF', access: ['READ', 'EXECUTE'] }],
    },
  ],
  ['delete group ops', { kind: 'DELETE_GROUP', id: 'ops' }],
  [
    'write role auditor: permissions METADATA_VIEW, READ_TASK_DEF, DELETE_TASK_DEF',
    {
      kind: 'UPSERT_ROLE',
      id: 'auditor',
      description: null,
      permissions: ['METADATA_VIEW', 'READ_TASK_DEF', 'DELETE_TASK_DEF'],
    },
  ],
  ['delete role auditor', { kind: 'DELETE_ROLE', id: 'auditor' }],
  ['create application Billing', { kind: 'CREATE_APPLICATION', name: 'Billing' }],
  ['rename application a1 to Billing', { kind: 'RENAME_APPLICATION', id: 'a1', name: 'Billing' }],
  ['delete application a1', { kind: 'DELETE_APPLICATION', id: 'a1' }],
];

test('there is a sample of every kind of change', () => {
  const kinds = schema.getType('AccessChangeKind')?.toConfig();
  expect(SAMPLES.map(([, { kind }]) => kind)).toEqual(
    Object.keys(kinds && 'values' in kinds ? kinds.values : {}),
  );
});

test.each(SAMPLES)('"%s" leads back to the very change', (summary, change) => {
  const type = schema.getType('AccessChangeInput') as GraphQLInputType;
  const input = coerceInputValue(JSON.parse(JSON.stringify(changeInput(change))), type) as AccessChangeInput;
  expect({ summary: summaryOf(change), change: changeOf(input) }).toEqual({ summary, change });
});

test('ids and lists are read as they are stored: users in lower case, members once, applications for their users with their own ids', () => {
  const holder = { user: 'APP:A1' };
  expect(changeOf({ addRole: { holder, roleId: 'USER' } } as AccessChangeInput)).toEqual({
    kind: 'ADD_ROLE',
    holder: { type: 'APPLICATION', id: 'A1' },
    roleId: 'USER',
  });
  const upsertUser = { id: 'Bob@Example.com', roleIds: ['USER', 'USER'] };
  expect(changeOf({ upsertUser } as unknown as AccessChangeInput)).toEqual({
    kind: 'UPSERT_USER',
    id: 'bob@example.com',
    name: null,
    roleIds: ['USER'],
    groupIds: null,
    contact: null,
  });
});

test.each([
  [{ deleteUser: '' }, 'to be deleted'],
  [{ grantPermissions: { subject: { user: '' }, target: orders, access: ['READ'] } }, 'of the subject'],
  [{ addRole: { holder: { group: '' }, roleId: 'USER' } }, 'of the holder'],
  [{ upsertUser: { id: 'a', contact: [{ kind: 'tel' }, { kind: 'tel' }] } }, 'tel is given twice'],
])('what cannot be understood is refused: %j', (input, reason) => {
  expect(() => changeOf(input as unknown as AccessChangeInput)).toThrow(reason);
});
