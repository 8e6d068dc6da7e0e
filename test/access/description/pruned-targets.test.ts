import { expect, test } from 'vitest';
import { difference } from '../../../src/access/description/difference.ts';
import { readDescription } from '../../../src/access/description/read.ts';
import { applicationUserId, type TargetKey } from '../../../src/access/facts/keys.ts';
import { type AccessState, emptyState, grantKey } from '../../../src/access/planning/access-state.ts';

const SUBJECT = { type: 'GROUP', id: 'readers' } as const;

/** All that pruning can delete, and one group that stays and reads all of it. */
function stateWith(target: TargetKey): AccessState {
  const state = emptyState();
  const group = { description: 'A group', roleIds: [], defaultAccess: [] };
  for (const id of ['readers', 'old']) state.groups.set(id, { id, ...group });
  state.users.set('old', { id: 'old', name: 'Old', roleIds: [], groupIds: [], contact: [] });
  state.roles.set('old', { id: 'old', description: null, permissions: [], isSystem: false });
  state.applications.set('old', { id: 'old', name: 'old', roleIds: [], groupIds: [], tags: [] });
  state.grants.set(grantKey(SUBJECT, target), { subject: SUBJECT, target, access: ['READ'] });
  return state;
}

const describing = (on: TargetKey) =>
  readDescription(
    `
users: {}
groups: {readers: {description: A group}}
roles: {}
applications: {}
grants: [{to: "group:readers", on: "${on.type}:${on.id}", access: [READ]}]
`,
    'access.yaml',
  ).description;

test.each<TargetKey>([
  { type: 'USER', id: 'old' },
  { type: 'GROUP', id: 'old' },
  { type: 'ROLE', id: 'old' },
  { type: 'APPLICATION', id: 'old' },
  { type: 'USER', id: applicationUserId('old') },
])('a grant that is described on $type $id, which pruning deletes with the grants on it, is a fault', (on) => {
  const message = 'it is not described, so pruning would delete it';
  expect(difference(describing(on), stateWith(on), { prune: true }).faults).toEqual([
    { path: ['grants', 0, 'on'], message },
  ]);
  expect(difference(describing(on), stateWith(on)).faults).toEqual([]);
});

test.each<TargetKey>([
  { type: 'GROUP', id: 'readers' },
  { type: 'GROUP', id: 'never there' },
  { type: 'WORKFLOW_DEF', id: 'old' },
])('a grant on $type $id, which pruning does not delete, is none', (on) => {
  expect(difference(describing(on), stateWith(on), { prune: true }).faults).toEqual([]);
});
