import { applicationIdOfUser, applicationUserId, type RoleHolder, type SubjectKey } from './keys.ts';

/** Names the holder of a role as a subject: an application holds its roles through its user. */
export function subjectOfHolder({ type, id }: RoleHolder): SubjectKey {
  if (type === 'GROUP') return { type, id };
  return { type: 'USER', id: type === 'APPLICATION' ? applicationUserId(id) : id };
}

/** Names a user or group as a holder of roles: the user of an application by the application. */
export function roleHolder({ type, id }: SubjectKey): RoleHolder {
  if (type === 'GROUP') return { type, id };
  const applicationId = applicationIdOfUser(id);
  return applicationId === null ? { type: 'USER', id } : { type: 'APPLICATION', id: applicationId };
}
