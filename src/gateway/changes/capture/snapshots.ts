import { storedUserId } from '../../../access/facts/keys.ts';
import type { AccessRequestRecord } from '../../graph/access-requests/wire.ts';
import { type AccessKeyRecord, findAccessKeys } from '../../graph/applications/access-keys.ts';
import { type ApplicationRecord, listTags } from '../../graph/applications/rest.ts';
import type { GraphContext } from '../../graph/context.ts';
import type { GatewayAuthConfigRecord } from '../../graph/gateway-auth/rest.ts';
import { type GrantRecord, listGrantsOn } from '../../graph/grants/rest.ts';
import type { GroupRecord } from '../../graph/groups/rest.ts';
import type { RoleWorkflowRecord } from '../../graph/role-workflows/rest.ts';
import type { RoleRecord } from '../../graph/roles/rest.ts';
import type { UserRecord } from '../../graph/users/rest.ts';
import type { Snapshot } from '../journal/change.ts';
import {
  accessKeyEntityKey,
  accessRequestEntityKey,
  applicationEntityKey,
  gatewayAuthConfigEntityKey,
  grantEntityKey,
  groupEntityKey,
  membershipEntityKey,
  roleEntityKey,
  roleWorkflowEntityKey,
  userEntityKey,
} from './entity-keys.ts';

/** Looks at a user and its memberships. */
export async function snapshotUser(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  const record = await loaders.users.load(storedUserId(id));
  return record ? userSnapshots(record) : [];
}

/** Looks at the members of a group. */
export async function snapshotMembers(groupId: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  const users = (await loaders.users.listOfGroup(groupId)) ?? [];
  return users.map(({ id }) => membershipSnapshot(id, groupId));
}

/** Looks at a group. */
export async function snapshotGroup(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.groups.load(id), groupSnapshot);
}

/** Looks at a role. */
export async function snapshotRole(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.roles.load(id), roleSnapshot);
}

/** Looks at an application, whose tags only the list of applications would tell. */
export async function snapshotApplication(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.applications.load(id), applicationSnapshot);
}

/** Looks at an application and its tags. */
export async function snapshotTags(id: string, context: GraphContext): Promise<Snapshot[]> {
  const [record, tags] = await Promise.all([
    context.loaders.applications.load(id),
    listTags(context.authorization, id),
  ]);
  return many(record, (application) => applicationSnapshot({ ...application, tags }));
}

/** Looks at one access key of an application. */
export async function snapshotAccessKey(
  applicationId: string,
  keyId: string,
  { authorization }: GraphContext,
): Promise<Snapshot[]> {
  const keys = await findAccessKeys(authorization, applicationId);
  return many(keys?.find(({ id }) => id === keyId) ?? null, accessKeySnapshot);
}

/** Looks at what one subject may do on a target. */
export async function snapshotGrant(
  { subject, target }: Pick<GrantRecord, 'subject' | 'target'>,
  { authorization }: GraphContext,
): Promise<Snapshot[]> {
  const grants = await listGrantsOn(authorization, target);
  const own = grants.find(
    ({ subject: holder, access }) =>
      holder.type === subject.type && holder.id === subject.id && access.length > 0,
  );
  return many(own ?? null, grantSnapshot);
}

/** Looks at an authentication configuration of the API gateway. */
export async function snapshotConfig(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.gatewayAuthConfigs.load(id), configSnapshot);
}

/** Looks at a role workflow. */
export async function snapshotWorkflow(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.roleWorkflows.load(id), workflowSnapshot);
}

/** Looks at an access request. */
export async function snapshotRequest(id: string, { loaders }: GraphContext): Promise<Snapshot[]> {
  return many(await loaders.accessRequests.load(id), requestSnapshot);
}

/** A user without its memberships, and these: who is in a group changes without anything else of the user. */
export function userSnapshots(record: UserRecord): Snapshot[] {
  const memberships = record.groupIds.map((groupId) => membershipSnapshot(record.id, groupId));
  return [{ ...userEntityKey(record.id), record }, ...memberships];
}

/** A membership that is there. */
export function membershipSnapshot(userId: string, groupId: string): Snapshot {
  return { ...membershipEntityKey(userId, groupId), record: { userId, groupId } };
}

/** A group that is there. */
export function groupSnapshot(record: GroupRecord): Snapshot {
  return { ...groupEntityKey(record.id), record };
}

/** A role that is there. */
export function roleSnapshot(record: RoleRecord): Snapshot {
  return { ...roleEntityKey(record.id), record };
}

/** An application that is there. */
export function applicationSnapshot(record: ApplicationRecord): Snapshot {
  return { ...applicationEntityKey(record.id), record };
}

/** An access key that is there. */
export function accessKeySnapshot(record: AccessKeyRecord): Snapshot {
  return { ...accessKeyEntityKey(record.applicationId, record.id), record };
}

/** A grant that is there. */
export function grantSnapshot(record: GrantRecord): Snapshot {
  return { ...grantEntityKey(record.subject, record.target), record };
}

/** A configuration that is there. */
export function configSnapshot(record: GatewayAuthConfigRecord): Snapshot {
  return { ...gatewayAuthConfigEntityKey(record.id), record };
}

/** A workflow that is there. */
export function workflowSnapshot(record: RoleWorkflowRecord): Snapshot {
  return { ...roleWorkflowEntityKey(record.id), record };
}

/** A request that is there. */
export function requestSnapshot(record: AccessRequestRecord): Snapshot {
  return { ...accessRequestEntityKey(record.id, record.requestedRole?.name ?? null), record };
}

function many<R>(record: R | null, snapshot: (record: R) => Snapshot): Snapshot[] {
  return record === null ? [] : [snapshot(record)];
}
