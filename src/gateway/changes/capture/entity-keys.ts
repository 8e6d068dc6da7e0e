import { storedUserId } from '../../../access/facts/keys.ts';
import type { SubjectKey, TargetKey } from '../../graph/grants/rest.ts';
import { applicationUserId, isApplicationUserId } from '../../graph/users/rest.ts';
import type { Thing } from '../journal/change.ts';

const APPLICATION_USER = applicationUserId('');

/** Names a user. What is about the user of an application is about the application. */
export function userThing(anyCase: string): Thing {
  const id = storedUserId(anyCase);
  const target = isApplicationUserId(id)
    ? { type: 'APPLICATION', id: id.slice(APPLICATION_USER.length) }
    : { type: 'USER', id };
  return { kind: 'USER', id, subject: { type: 'USER', id }, target };
}

/** Names a group. */
export function groupThing(id: string): Thing {
  return { kind: 'GROUP', id, subject: { type: 'GROUP', id }, target: { type: 'GROUP', id } };
}

/** Names a user's place in a group, whether or not it is there. */
export function membershipThing(userId: string, groupId: string): Thing {
  const subject: SubjectKey = { type: 'USER', id: userId };
  return {
    kind: 'MEMBERSHIP',
    id: JSON.stringify([groupId, userId]),
    subject,
    target: { type: 'GROUP', id: groupId },
  };
}

/** Names a role. */
export function roleThing(id: string): Thing {
  return { kind: 'ROLE', id, subject: { type: 'ROLE', id }, target: { type: 'ROLE', id } };
}

/** Names an application. */
export function applicationThing(id: string): Thing {
  return { kind: 'APPLICATION', id, ...ofApplication(id) };
}

/** Names an access key of an application. */
export function accessKeyThing(applicationId: string, id: string): Thing {
  return { kind: 'ACCESS_KEY', id, ...ofApplication(applicationId) };
}

/** Names what a subject may do on a target. */
export function grantThing(subject: SubjectKey, target: TargetKey): Thing {
  const id = JSON.stringify([subject.type, subject.id, target.type, target.id]);
  return { kind: 'GRANT', id, subject, target: { type: target.type, id: target.id } };
}

/** Names an authentication configuration of the API gateway. */
export function gatewayAuthConfigThing(id: string): Thing {
  return { kind: 'GATEWAY_AUTH_CONFIG', id, subject: null, target: { type: 'AUTH_CONFIG', id } };
}

/** Names a role workflow. */
export function roleWorkflowThing(id: string): Thing {
  return { kind: 'ROLE_WORKFLOW', id, subject: null, target: null };
}

/** Names an access request; the role that it asks for is known from its record. */
export function accessRequestThing(id: string, roleName: string | null): Thing {
  const target = roleName === null ? null : { type: 'ROLE', id: roleName };
  return { kind: 'ACCESS_REQUEST', id, subject: null, target };
}

function ofApplication(id: string): Pick<Thing, 'subject' | 'target'> {
  return {
    subject: { type: 'USER', id: applicationUserId(id) },
    target: { type: 'APPLICATION', id },
  };
}
