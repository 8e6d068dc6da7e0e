import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describe } from '../../../src/access/description/describe.ts';
import { difference } from '../../../src/access/description/difference.ts';
import { readDescription } from '../../../src/access/description/read.ts';
import { writeDescription } from '../../../src/access/description/write.ts';
import { applicationUserId, type SubjectKey } from '../../../src/access/facts/keys.ts';
import { type AccessState, emptyState, grantKey } from '../../../src/access/planning/access-state.ts';

/** Ids that other programs take for something else: members of all objects, YAML's words, an application's id as a name. */
const IDS = [
  'ann',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  'true',
  '1',
  '1e3',
  'a: b # c',
  '~',
  'a1',
  'é\u2028',
  '-',
  'x'.repeat(300),
];
/** Users are stored in lower case (contract section 8). */
const USER_IDS = IDS.filter((id) => id === id.toLowerCase());
const WORDS = ['READ', 'UPDATE', 'EXECUTE', 'ARCHIVE', '__proto__'];
const TYPES = ['WORKFLOW_DEF', 'TASK_DEF', 'APPLICATION', 'TAG', 'HOLOGRAM', '__proto__'];

const ids = fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 5 });
const text = fc.option(fc.constantFrom('', ' ', 'one', '__proto__', 'null', 'two\nlines', '\u0085'));
const words = fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1 });

/** Any state that the wire allows, dangling ids and words of later versions among it. */
const states: fc.Arbitrary<AccessState> = fc
  .record({
    users: fc.array(
      fc.record({
        id: fc.constantFrom(...USER_IDS),
        name: text,
        roleIds: ids,
        groupIds: ids,
        contact: fc.uniqueArray(
          fc.tuple(fc.constantFrom('mail', 'null', 'constructor'), fc.constantFrom('x', '')),
          { selector: ([kind]) => kind },
        ),
      }),
    ),
    groups: fc.array(
      fc.record({
        id: fc.constantFrom(...IDS),
        description: text,
        roleIds: ids,
        defaultAccess: fc.uniqueArray(fc.record({ targetType: fc.constantFrom(...TYPES), access: words }), {
          selector: ({ targetType }) => targetType,
        }),
      }),
    ),
    roles: fc.array(
      fc.record({ id: fc.constantFrom(...IDS), description: text, permissions: ids, isSystem: fc.boolean() }),
    ),
    applications: fc.array(
      fc.record({
        id: fc.constantFrom('a1', 'a2', 'a3'),
        name: fc.option(fc.constantFrom('', 'a1', 'same', '__proto__')),
        roleIds: ids,
        groupIds: ids,
        tags: fc.array(
          fc.record({ key: fc.constantFrom('k', '__proto__', 'a:b'), value: fc.constantFrom('v', 'w', '') }),
        ),
      }),
    ),
    grants: fc.array(
      fc.record({
        subject: fc.oneof(
          fc.record<SubjectKey>({
            type: fc.constantFrom('USER', 'GROUP', 'ROLE'),
            id: fc.constantFrom(...USER_IDS),
          }),
          fc
            .constantFrom('a1', 'gone')
            .map((id): SubjectKey => ({ type: 'USER', id: applicationUserId(id) })),
        ),
        target: fc.record({
          type: fc.constantFrom(...TYPES),
          id: fc.constantFrom(...USER_IDS, 'same', 'team:x'),
        }),
        access: words,
      }),
    ),
  })
  .map(({ users, groups, roles, applications, grants }) => {
    const state = emptyState();
    for (const user of users) state.users.set(user.id, user);
    for (const group of groups) state.groups.set(group.id, group);
    for (const role of roles) state.roles.set(role.id, role);
    for (const application of applications) state.applications.set(application.id, application);
    for (const grant of grants) state.grants.set(grantKey(grant.subject, grant.target), grant);
    return state;
  });

test.each([
  false,
  true,
])('what holds, exported and planned again, leaves nothing to do (prune: %s)', (prune) => {
  fc.assert(
    fc.property(states, (state) => {
      const exported = writeDescription(describe(state));
      const { description } = readDescription(exported, 'export');
      const { changes, faults } = difference(description, state, { prune });
      expect({ changes, faults, exported: '' }).toEqual({
        changes: [],
        faults: [],
        exported: changes.length + faults.length ? exported : '',
      });
    }),
    { numRuns: 400, seed: 13 },
  );
});
