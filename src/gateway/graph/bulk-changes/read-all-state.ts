import { applicationUserId, type SubjectKey } from '../../../access/facts/keys.ts';
import { type AccessState, emptyState } from '../../../access/planning/access-state.ts';
import type { GraphContext } from '../context.ts';
import { findGrantsOf } from '../grants/rest.ts';
import { findGrantsOfRole } from './grants-of-role.ts';
import { addGrant } from './read-pairs.ts';
import { addApplication, addGroup, addRole, addUser } from './read-state.ts';

/**
 * Reads all users, groups, roles and applications, in five calls; no grants.
 *
 * @throws {UpstreamError} something of it cannot be read.
 */
export async function readRecords({ loaders }: GraphContext): Promise<AccessState> {
  const state = emptyState();
  const [applications, users, groups, roles, system] = await Promise.all([
    loaders.applications.list(),
    loaders.users.listWithApplications(),
    loaders.groups.list(),
    loaders.roles.list(),
    loaders.roles.listOfKind('SYSTEM'),
  ]);
  for (const application of applications) addApplication(state, application);
  for (const user of users) addUser(state, user);
  for (const group of groups) addGroup(state, group);
  const systemIds = new Set(system.map(({ id }) => id));
  for (const role of roles) addRole(state, { ...role, kind: systemIds.has(role.id) ? 'SYSTEM' : 'CUSTOM' });
  return state;
}

/**
 * Adds the direct grants of all whom a state knows, one call for each; no call tells them all. A server that does not
 * list those of roles keeps them to itself.
 *
 * @throws {UpstreamError} those of one cannot be read.
 */
export async function readAllGrants(state: AccessState, { authorization }: GraphContext): Promise<void> {
  const applicationUsers = [...state.applications.keys()].map(applicationUserId);
  const subjects: SubjectKey[] = [
    ...[...state.users.keys(), ...applicationUsers].map((id) => ({ type: 'USER' as const, id })),
    ...[...state.groups.keys()].map((id) => ({ type: 'GROUP' as const, id })),
  ];
  const roles = [...state.roles.keys()].map((id) => ({ type: 'ROLE' as const, id }));
  const grants = await authorization.forEach([...subjects, ...roles], (subject) =>
    subject.type === 'ROLE'
      ? findGrantsOfRole(authorization, subject.id)
      : findGrantsOf(authorization, subject),
  );
  for (const grant of grants.flatMap((of) => of ?? [])) addGrant(state, grant);
}
