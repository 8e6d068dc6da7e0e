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
import type { Snapshot, Thing } from '../journal/change.ts';
import type { Recording } from './change-capture.ts';
import {
  accessKeyThing,
  accessRequestThing,
  applicationThing,
  gatewayAuthConfigThing,
  grantThing,
  groupThing,
  roleThing,
  roleWorkflowThing,
  userThing,
} from './entity-keys.ts';
import { listRecording } from './list-capture.ts';
import {
  lookAtAccessKey,
  lookAtApplication,
  lookAtConfig,
  lookAtGrant,
  lookAtGroup,
  lookAtMembers,
  lookAtRequest,
  lookAtRole,
  lookAtTags,
  lookAtUser,
  lookAtWorkflow,
} from './snapshots.ts';

interface ById {
  readonly id: string;
}
interface ByApplication {
  readonly applicationId: string;
}

const user: Recording = {
  things: ({ id }: ById) => [userThing(id)],
  look: ({ id }: ById, context) => lookAtUser(id, context),
};
const group: Recording = {
  things: ({ id }: ById) => [groupThing(id)],
  look: ({ id }: ById, context) => lookAtGroup(id, context),
};
const membership: Recording = {
  things: ({ userId }: MutationAddUserToGroupArgs) => [userThing(userId)],
  look: ({ userId }: MutationAddUserToGroupArgs, context) => lookAtUser(userId, context),
};
const memberships: Recording = {
  things: ({ userIds }: MutationAddUsersToGroupArgs) => userIds.map(userThing),
  look: async ({ userIds }: MutationAddUsersToGroupArgs, context) =>
    (await Promise.all([...new Set(userIds)].map((id) => lookAtUser(id, context)))).flat(),
};
const role: Recording = {
  things: ({ id }: ById) => [roleThing(id)],
  look: ({ id }: ById, context) => lookAtRole(id, context),
};
const application: Recording = {
  things: ({ id }: ById) => [applicationThing(id)],
  look: ({ id }: ById, context) => lookAtApplication(id, context),
};
const applicationRole: Recording = {
  things: ({ applicationId }: ByApplication) => [userThing(applicationUserId(applicationId))],
  look: ({ applicationId }: ByApplication, context) => lookAtUser(applicationUserId(applicationId), context),
};
const tags: Recording = {
  things: ({ applicationId }: ByApplication) => [applicationThing(applicationId)],
  look: ({ applicationId }: ByApplication, context) => lookAtTags(applicationId, context),
};
const accessKey: Recording = {
  things: ({ applicationId, keyId }: MutationDeleteAccessKeyArgs) => [accessKeyThing(applicationId, keyId)],
  look: ({ applicationId, keyId }: MutationDeleteAccessKeyArgs, context) =>
    lookAtAccessKey(applicationId, keyId, context),
};
const grant: Recording = {
  things: (args: MutationGrantPermissionsArgs) => {
    const { subject, target } = grantOf(args);
    return [grantThing(subject, target)];
  },
  look: (args: MutationGrantPermissionsArgs, context) => lookAtGrant(grantOf(args), context),
};
const config: Recording = {
  things: ({ id }: ById) => [gatewayAuthConfigThing(id)],
  look: ({ id }: ById, context) => lookAtConfig(id, context),
};
const workflow: Recording = {
  things: ({ id }: ById) => [roleWorkflowThing(id)],
  look: ({ id }: ById, context) => lookAtWorkflow(id, context),
};
const request: Recording = {
  things: ({ id }: ById) => [accessRequestThing(id, null)],
  look: ({ id }: ById, context) => lookAtRequest(id, context),
};

/** The mutations that change something which the journal keeps, by field name. Signing in changes nothing. */
export const recordings: Readonly<Record<string, Recording>> = {
  upsertUser: user,
  deleteUser: { ...user, does: 'DELETES', reachesFurther: true },
  upsertGroup: group,
  deleteGroup: {
    ...group,
    does: 'DELETES',
    reachesFurther: true,
    lookBefore: async ({ id }: ById, context) =>
      (await Promise.all([lookAtGroup(id, context), lookAtMembers(id, context)])).flat(),
  },
  addUserToGroup: membership,
  removeUserFromGroup: membership,
  addUsersToGroup: memberships,
  removeUsersFromGroup: memberships,
  createRole: { ...role, does: 'CREATES' },
  updateRole: role,
  deleteRole: { ...role, does: 'DELETES', reachesFurther: true },
  createApplication: created('application', applicationThing, lookAtApplication),
  updateApplication: application,
  deleteApplication: { ...application, does: 'DELETES', reachesFurther: true },
  addApplicationRole: applicationRole,
  removeApplicationRole: applicationRole,
  setApplicationTags: tags,
  deleteApplicationTags: tags,
  createAccessKey: {
    does: 'CREATES',
    things: ({ applicationId }: ByApplication, payload) =>
      idsIn(payload, 'accessKey').map((id) => accessKeyThing(applicationId, id)),
    look: async ({ applicationId }: ByApplication, context, payload) => {
      const looks = idsIn(payload, 'accessKey').map((id) => lookAtAccessKey(applicationId, id, context));
      return (await Promise.all(looks)).flat();
    },
  },
  rotateAccessKey: {
    things: (args: MutationRotateAccessKeyArgs, payload) => keysOf(args, payload).map(asKeyThing),
    look: async (args: MutationRotateAccessKeyArgs, context, payload) => {
      const looks = keysOf(args, payload).map(([applicationId, id]) =>
        lookAtAccessKey(applicationId, id, context),
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
  createRoleWorkflow: created('roleWorkflow', roleWorkflowThing, lookAtWorkflow),
  updateRoleWorkflow: workflow,
  deleteRoleWorkflow: { ...workflow, does: 'DELETES' },
  createAccessRequest: created('accessRequest', (id) => accessRequestThing(id, null), lookAtRequest),
  approveAccessRequest: { ...request, reachesFurther: true },
  denyAccessRequest: request,
  decideAccessRequest: { ...request, reachesFurther: true },
  revokeRequestedRole: { ...request, reachesFurther: true },
  deleteAccessRequest: { ...request, does: 'DELETES' },
  applyAccessChanges: listRecording,
};

/** What is created under an id of the upstream's choice. */
function created(
  member: string,
  thing: (id: string) => Thing,
  look: (id: string, context: GraphContext) => Promise<readonly Snapshot[]>,
): Recording {
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

function asKeyThing([applicationId, id]: readonly [string, string]): Thing {
  return accessKeyThing(applicationId, id);
}

function grantOf({ input }: MutationGrantPermissionsArgs) {
  return { subject: subjectKey(subjectOf(input.subject)), target: input.target };
}
