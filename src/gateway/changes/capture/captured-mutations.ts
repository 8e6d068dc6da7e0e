import type { GraphContext } from '../../graph/context.ts';
import type {
  MutationAddUsersToGroupArgs,
  MutationAddUserToGroupArgs,
  MutationDeleteAccessKeyArgs,
  MutationGrantPermissionsArgs,
  MutationRotateAccessKeyArgs,
} from '../../graph/generated/graphql.ts';
import { subjectKey, subjectOf } from '../../graph/grants/subject.ts';
import { applicationUserId } from '../../graph/users/rest.ts';
import type { EntityKey, Snapshot } from '../journal/change.ts';
import type { ChangeCapture } from './change-capture.ts';
import {
  accessKeyEntityKey,
  accessRequestEntityKey,
  applicationEntityKey,
  gatewayAuthConfigEntityKey,
  grantEntityKey,
  groupEntityKey,
  roleEntityKey,
  roleWorkflowEntityKey,
  userEntityKey,
} from './entity-keys.ts';
import { listCapture } from './list-capture.ts';
import {
  snapshotAccessKey,
  snapshotApplication,
  snapshotConfig,
  snapshotGrant,
  snapshotGroup,
  snapshotMembers,
  snapshotRequest,
  snapshotRole,
  snapshotTags,
  snapshotUser,
  snapshotWorkflow,
} from './snapshots.ts';

interface ById {
  readonly id: string;
}
interface ByApplication {
  readonly applicationId: string;
}

const user: ChangeCapture = {
  things: ({ id }: ById) => [userEntityKey(id)],
  look: ({ id }: ById, context) => snapshotUser(id, context),
};
const group: ChangeCapture = {
  things: ({ id }: ById) => [groupEntityKey(id)],
  look: ({ id }: ById, context) => snapshotGroup(id, context),
};
const membership: ChangeCapture = {
  things: ({ userId }: MutationAddUserToGroupArgs) => [userEntityKey(userId)],
  look: ({ userId }: MutationAddUserToGroupArgs, context) => snapshotUser(userId, context),
};
const memberships: ChangeCapture = {
  things: ({ userIds }: MutationAddUsersToGroupArgs) => userIds.map(userEntityKey),
  look: async ({ userIds }: MutationAddUsersToGroupArgs, context) =>
    (await Promise.all([...new Set(userIds)].map((id) => snapshotUser(id, context)))).flat(),
};
const role: ChangeCapture = {
  things: ({ id }: ById) => [roleEntityKey(id)],
  look: ({ id }: ById, context) => snapshotRole(id, context),
};
const application: ChangeCapture = {
  things: ({ id }: ById) => [applicationEntityKey(id)],
  look: ({ id }: ById, context) => snapshotApplication(id, context),
};
const applicationRole: ChangeCapture = {
  things: ({ applicationId }: ByApplication) => [userEntityKey(applicationUserId(applicationId))],
  look: ({ applicationId }: ByApplication, context) =>
    snapshotUser(applicationUserId(applicationId), context),
};
const tags: ChangeCapture = {
  things: ({ applicationId }: ByApplication) => [applicationEntityKey(applicationId)],
  look: ({ applicationId }: ByApplication, context) => snapshotTags(applicationId, context),
};
const accessKey: ChangeCapture = {
  things: ({ applicationId, keyId }: MutationDeleteAccessKeyArgs) => [
    accessKeyEntityKey(applicationId, keyId),
  ],
  look: ({ applicationId, keyId }: MutationDeleteAccessKeyArgs, context) =>
    snapshotAccessKey(applicationId, keyId, context),
};
const grant: ChangeCapture = {
  things: (args: MutationGrantPermissionsArgs) => {
    const { subject, target } = grantOf(args);
    return [grantEntityKey(subject, target)];
  },
  look: (args: MutationGrantPermissionsArgs, context) => snapshotGrant(grantOf(args), context),
};
const config: ChangeCapture = {
  things: ({ id }: ById) => [gatewayAuthConfigEntityKey(id)],
  look: ({ id }: ById, context) => snapshotConfig(id, context),
};
const workflow: ChangeCapture = {
  things: ({ id }: ById) => [roleWorkflowEntityKey(id)],
  look: ({ id }: ById, context) => snapshotWorkflow(id, context),
};
const request: ChangeCapture = {
  things: ({ id }: ById) => [accessRequestEntityKey(id, null)],
  look: ({ id }: ById, context) => snapshotRequest(id, context),
};

/** The mutations that change something which the journal keeps, by field name. Signing in changes nothing. */
export const capturedMutations: Readonly<Record<string, ChangeCapture>> = {
  upsertUser: user,
  deleteUser: { ...user, does: 'DELETES', reachesFurther: true },
  upsertGroup: group,
  deleteGroup: {
    ...group,
    does: 'DELETES',
    reachesFurther: true,
    lookBefore: async ({ id }: ById, context) =>
      (await Promise.all([snapshotGroup(id, context), snapshotMembers(id, context)])).flat(),
  },
  addUserToGroup: membership,
  removeUserFromGroup: membership,
  addUsersToGroup: memberships,
  removeUsersFromGroup: memberships,
  createRole: { ...role, does: 'CREATES' },
  updateRole: role,
  deleteRole: { ...role, does: 'DELETES', reachesFurther: true },
  createApplication: created('application', applicationEntityKey, snapshotApplication),
  updateApplication: application,
  deleteApplication: { ...application, does: 'DELETES', reachesFurther: true },
  addApplicationRole: applicationRole,
  removeApplicationRole: applicationRole,
  setApplicationTags: tags,
  deleteApplicationTags: tags,
  createAccessKey: {
    does: 'CREATES',
    things: ({ applicationId }: ByApplication, payload) =>
      idsIn(payload, 'accessKey').map((id) => accessKeyEntityKey(applicationId, id)),
    look: async ({ applicationId }: ByApplication, context, payload) => {
      const looks = idsIn(payload, 'accessKey').map((id) => snapshotAccessKey(applicationId, id, context));
      return (await Promise.all(looks)).flat();
    },
  },
  rotateAccessKey: {
    things: (args: MutationRotateAccessKeyArgs, payload) => keysOf(args, payload).map(asKeyEntityKey),
    look: async (args: MutationRotateAccessKeyArgs, context, payload) => {
      const looks = keysOf(args, payload).map(([applicationId, id]) =>
        snapshotAccessKey(applicationId, id, context),
      );
      return (await Promise.all(looks)).flat();
    },
  },
  toggleAccessKeyStatus: accessKey,
  setAccessKeyStatus: accessKey,
  deleteAccessKey: { ...accessKey, does: 'DELETES' },
  grantPermissions: grant,
  removePermissions: grant,
  createGatewayAuthConfig: { ...config, does: 'CREATES' },
  updateGatewayAuthConfig: config,
  deleteGatewayAuthConfig: { ...config, does: 'DELETES' },
  createRoleWorkflow: created('roleWorkflow', roleWorkflowEntityKey, snapshotWorkflow),
  updateRoleWorkflow: workflow,
  deleteRoleWorkflow: { ...workflow, does: 'DELETES' },
  createAccessRequest: created('accessRequest', (id) => accessRequestEntityKey(id, null), snapshotRequest),
  approveAccessRequest: { ...request, reachesFurther: true },
  denyAccessRequest: request,
  decideAccessRequest: { ...request, reachesFurther: true },
  revokeRequestedRole: { ...request, reachesFurther: true },
  deleteAccessRequest: { ...request, does: 'DELETES' },
  applyAccessChanges: listCapture,
};

/** What is created under an id of the upstream's choice. */
function created(
  member: string,
  thing: (id: string) => EntityKey,
  look: (id: string, context: GraphContext) => Promise<readonly Snapshot[]>,
): ChangeCapture {
  return {
    does: 'CREATES',
    things: (_args, payload) => idsIn(payload, member).map(thing),
    look: async (_args, context, payload) =>
      (await Promise.all(idsIn(payload, member).map((id) => look(id, context)))).flat(),
  };
}

/** The id of what a payload brings along under a name: one, or none where nothing was written. */
function idsIn(payload: object | null, member: string): string[] {
  const entity: unknown = payload && Reflect.get(payload, member);
  const id: unknown = typeof entity === 'object' && entity && Reflect.get(entity, 'id');
  return typeof id === 'string' ? [id] : [];
}

/** The key that is to go, and the one that has taken its place. */
function keysOf({ applicationId, keyId }: MutationRotateAccessKeyArgs, payload: object | null) {
  return [keyId, ...idsIn(payload, 'accessKey')].map((id) => [applicationId, id] as const);
}

function asKeyEntityKey([applicationId, id]: readonly [string, string]): EntityKey {
  return accessKeyEntityKey(applicationId, id);
}

function grantOf({ input }: MutationGrantPermissionsArgs) {
  return { subject: subjectKey(subjectOf(input.subject)), target: input.target };
}
