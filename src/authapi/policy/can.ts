import { ACCESSES, type Access, type Subject, type Target } from './access.ts';
import { effectiveAccess, type TargetFacts } from './effective-access.ts';
import type { Principal } from './principal.ts';
import { FREE_APPLICATION_ROLES } from './system-roles.ts';

/** Yes, or no and why. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** What can be asked for without a particular record in mind. */
export type Action = keyof typeof RULES;

interface Rule {
  readonly does: string;
  /** Sets of permissions; holding all of one set is enough. ADMIN needs none. */
  readonly needs: readonly (readonly string[])[];
}

const RULES = {
  readUsers: { does: 'read users', needs: [['READ_USER']] },
  writeUsers: { does: 'change users', needs: [] },
  readGroups: { does: 'read groups', needs: [['READ_GROUP']] },
  readMembers: { does: 'read the members of groups', needs: [['READ_GROUP', 'READ_USER']] },
  writeGroups: { does: 'change groups and their members', needs: [] },
  writeRoles: { does: 'change roles', needs: [] },
  revokeAllGrants: { does: 'revoke all that a subject was granted', needs: [] },
  createApplications: {
    does: 'create applications',
    needs: [['CREATE_APPLICATION'], ['APPLICATION_MANAGEMENT']],
  },
  createWorkflowDefs: {
    does: 'create workflow definitions',
    needs: [['CREATE_WORKFLOW_DEF'], ['METADATA_MANAGEMENT']],
  },
  createTaskDefs: {
    does: 'create task definitions',
    needs: [['CREATE_TASK_DEF'], ['METADATA_MANAGEMENT']],
  },
  createSchedules: {
    does: 'create schedules',
    needs: [['CREATE_WORKFLOW_SCHEDULE'], ['SCHEDULE_MANAGEMENT']],
  },
  readGatewayConfigs: {
    does: 'read gateway authentication configs',
    needs: [['API_GATEWAY_VIEW'], ['READ_AUTH_CONFIG']],
  },
  createGatewayConfigs: {
    does: 'create gateway authentication configs',
    needs: [['API_GATEWAY_MANAGEMENT'], ['CREATE_AUTH_CONFIG']],
  },
  updateGatewayConfigs: {
    does: 'change gateway authentication configs',
    needs: [['API_GATEWAY_MANAGEMENT'], ['UPDATE_AUTH_CONFIG']],
  },
  deleteGatewayConfigs: {
    does: 'delete gateway authentication configs',
    needs: [['API_GATEWAY_MANAGEMENT'], ['DELETE_AUTH_CONFIG']],
  },
  readWorkflows: { does: 'read role workflows', needs: [['workflows-view'], ['workflows-manage']] },
  writeWorkflows: { does: 'change role workflows', needs: [['workflows-manage']] },
  readAllRequests: { does: 'read the requests of others', needs: [['requests-view']] },
  requestOnBehalf: { does: 'ask for roles for others', needs: [['workflows-requests-on-behalf']] },
} as const satisfies Record<string, Rule>;

/** Decides on an action as such (contract section 3, "Who may call"). */
export function can(principal: Principal, action: Action): Decision {
  const { does, needs }: Rule = RULES[action];
  const allowed =
    principal.isAdmin ||
    needs.some((set) => set.every((permission) => principal.permissions.has(permission)));
  if (allowed) return YES;
  const ways = needs.map((set) => `the permission${set.length > 1 ? 's' : ''} ${set.join(' and ')}`);
  return no(`${principal.id} may not ${does}: that takes ${['the role ADMIN', ...ways].join(', or ')}`);
}

/** Decides whether a principal has one access to one target, by ownership, grants or permissions. */
export function canAccess(
  principal: Principal,
  access: Access,
  target: Target,
  facts: TargetFacts,
): Decision {
  if (effectiveAccess(principal, facts).has(access)) return YES;
  return no(`${principal.id} has no ${access} access to ${target.type} ${target.id}`);
}

/** Decides who may grant and revoke access to a target: an ADMIN, or somebody with full access to it. */
export function canShare(principal: Principal, target: Target, facts: TargetFacts): Decision {
  if (hasFullAccess(principal, facts)) return YES;
  return no(
    `${principal.id} may not share ${target.type} ${target.id}: that takes full access to it, or ADMIN`,
  );
}

/**
 * Decides who may create what is not there yet, but on which somebody holds grants: creating gives full access, so it
 * takes as much.
 */
export function canCreateGranted(principal: Principal, target: Target, facts: TargetFacts): Decision {
  if (hasFullAccess(principal, facts)) return YES;
  return no(
    `${principal.id} may not create ${target.type} ${target.id}, on which access was granted before: ` +
      'that takes full access to it, or ADMIN',
  );
}

/** Decides who may give an application a role, once access to the application is settled. */
export function canGiveApplicationRole(principal: Principal, role: string): Decision {
  if (principal.isAdmin || FREE_APPLICATION_ROLES.includes(role)) return YES;
  return no(`${principal.id} may not give an application the role ${role}: that takes the role ADMIN`);
}

/** Decides who may read what a subject was granted: an ADMIN, who may read such subjects, or oneself. */
export function canReadGrantsOf(principal: Principal, subject: Subject): Decision {
  const itself = subject.type === 'USER' && subject.id === principal.id;
  if (principal.isAdmin || itself || principal.permissions.has(`READ_${subject.type}`)) return YES;
  return no(
    `${principal.id} may not read the grants of ${subject.type} ${subject.id}: ` +
      `that takes the role ADMIN, or the permission READ_${subject.type}`,
  );
}

function hasFullAccess(principal: Principal, facts: TargetFacts): boolean {
  const held = effectiveAccess(principal, facts);
  return ACCESSES.every((access) => held.has(access));
}

const YES: Decision = { allowed: true };

function no(reason: string): Decision {
  return { allowed: false, reason };
}
