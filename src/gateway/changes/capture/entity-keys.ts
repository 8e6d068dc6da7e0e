import { storedUserId } from '../../../access/facts/keys.ts';
import type { SubjectKey, TargetKey } from '../../graph/grants/rest.ts';
import { applicationUserId, isApplicationUserId } from '../../graph/users/rest.ts';
import type { EntityKey } from '../journal/change.ts';

const APPLICATION_USER = applicationUserId('');

/** Names a user. What is about the user of an application is about the application. */
export function userEntityKey(anyCase: string): EntityKey {
  const id = storedUserId(anyCase);
  const target = isApplicationUserId(id)
    ? { type: 'APPLICATION', id: id.slice(APPLICATION_USER.length) }
    : { type: 'USER', id };
  return { kind: 'USER', id, subject: { type: 'USER', id }, target };
}

/** Names a group. */
export function groupEntityKey(id: string): EntityKey {
  return { kind: 'GROUP', id, subject: { type: 'GROUP', id }, target: { type: 'GROUP', id } };
}

/** Names a user's place in a group, whether or not it is there. */
export function membershipEntityKey(userId: string, groupId: string): EntityKey {
  const subject: SubjectKey = { type: 'USER', id: userId };
  return {
    kind: 'MEMBERSHIP',
    id: JSON.stringify([groupId, userId]),
    subject,
    target: { type: 'GROUP', id: groupId },
  };
}

/** Names a role. */
export function roleEntityKey(id: string): EntityKey {
  return { kind: 'ROLE', id, subject: { type: 'ROLE', id }, target: { type: 'ROLE', id } };
}

/** Names an application. */
export function applicationEntityKey(id: string): EntityKey {
  return { kind: 'APPLICATION', id, ...ofApplication(id) };
}

/** Names an access key of an application. */
export function accessKeyEntityKey(applicationId: string, id: string): EntityKey {
  return { kind: 'ACCESS_KEY', id, ...ofApplication(applicationId) };
}

/** Names what a subject may do on a target. */
export function grantEntityKey(subject: SubjectKey, target: TargetKey): EntityKey {
  const id = JSON.stringify([subject.type, subject.id, target.type, target.id]);
  return { kind: 'GRANT', id, subject, target: { type: target.type, id: target.id } };
}

/** Names an authentication configuration of the API gateway. */
export function gatewayAuthConfigEntityKey(id: string): EntityKey {
  return { kind: 'GATEWAY_AUTH_CONFIG', id, subject: null, target: { type: 'AUTH_CONFIG', id } };
}

/** Names a role workflow. */
export function roleWorkflowEntityKey(id: string): EntityKey {
  return { kind: 'ROLE_WORKFLOW', id, subject: null, target: null };
}

/** Names an access request; the role that it asks for is known from its record. */
export function accessRequestEntityKey(id: string, roleName: string | null): EntityKey {
  const target = roleName === null ? null : { type: 'ROLE', id: roleName };
  return { kind: 'ACCESS_REQUEST', id, subject: null, target };
}

function ofApplication(id: string): Pick<EntityKey, 'subject' | 'target'> {
  return {
    subject: { type: 'USER', id: applicationUserId(id) },
    target: { type: 'APPLICATION', id },
  };
}
