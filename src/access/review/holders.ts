import { reachesOf } from '../answers/access-paths.ts';
import { effectivePrincipalsOf } from '../answers/effective-principals.ts';
import { applicationIdOfUser, type SubjectKey } from '../facts/keys.ts';
import { type Finder, finding } from './finding.ts';

/** Roles with which an application may do more than its work; only an ADMIN may give them (contract section 3). */
const ADMINISTRATOR_ROLES = new Set([
  'ADMIN',
  'APPLICATION_MANAGER',
  'METADATA_MANAGER',
  'WORKFLOW_MANAGER',
  'UNRESTRICTED_WORKER',
]);

/** Finds people who may do everything, with the ways by which they are administrators. */
export const administrators: Finder = ({ access }) =>
  [...access.users.keys()].flatMap((id) => {
    if (applicationIdOfUser(id) !== null) return [];
    const subject: SubjectKey = { type: 'USER', id };
    const reaches = reachesOf(access, subject).filter(({ scope }) => scope.kind === 'EVERYTHING');
    return reaches.length > 0 ? [finding('ADMINISTRATOR', { subject, reaches })] : [];
  });

/** Finds applications that hold an administrator's role: one finding for each of them. */
export const privilegedApplications: Finder = ({ access }) =>
  [...access.users.keys()].flatMap((id) => {
    if (applicationIdOfUser(id) === null) return [];
    const subject: SubjectKey = { type: 'USER', id };
    const held = effectivePrincipalsOf(access, subject).filter(({ subject: { type } }) => type === 'ROLE');
    const roleIds = new Set(held.map((standing) => standing.subject.id));
    return [...roleIds]
      .filter((roleId) => ADMINISTRATOR_ROLES.has(roleId))
      .map((roleId) => finding('PRIVILEGED_APPLICATION', { subject, roleId }));
  });

/** Finds groups without members. */
export const emptyGroups: Finder = ({ access }) => {
  const filled = new Set([...access.users.values()].flatMap(({ groupIds }) => groupIds));
  return [...access.groups.keys()]
    .filter((id) => !filled.has(id))
    .map((id) => finding('EMPTY_GROUP', { subject: { type: 'GROUP', id } }));
};

/** Finds roles that a user holds for a limited time which is about to end. */
export const endingRoles: Finder = ({ endingRoles: held, rolesEndingBefore }) =>
  held
    .filter(({ end }) => end < rolesEndingBefore)
    .map(({ userId, roleId, end }) =>
      finding('ENDING_ROLE', { subject: { type: 'USER', id: userId }, roleId, at: end }),
    );
