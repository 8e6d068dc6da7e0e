import type { GraphContext } from '../context.ts';
import type { AccessRequestInput, GrantWindowInput, WorkflowUserBy } from '../generated/graphql.ts';
import { UserError } from '../kit/user-error.ts';
import { userRef } from '../references.ts';
import { roleKeys } from '../role-workflows/role-keys.ts';
import { currentUserKey } from '../role-workflows/role-store.ts';
import type { AccessRequestBody, GrantWindowBody } from './rest.ts';

/** Writes a time for which to hold a role as the engine takes it; nothing for null. */
export function windowBody(grant: GrantWindowInput | null | undefined): GrantWindowBody | undefined {
  return grant
    ? {
        grant_type: grant.type,
        grant_start: grant.start?.toISOString(),
        grant_end: grant.end?.toISOString(),
        floating_length: grant.floatingHours ?? undefined,
      }
    : undefined;
}

/** Tells which argument stands behind a member of {@link windowBody}, where the grant is at `path`. */
export function windowFields(...path: readonly string[]) {
  return {
    grant_type: [...path, 'type'],
    grant_start: [...path, 'start'],
    grant_end: [...path, 'end'],
    floating_length: [...path, 'floatingHours'],
  };
}

/**
 * Writes what is asked for as the engine takes it. A role by name costs one call, and so does a user unless it is
 * given by `uuid`.
 *
 * @throws {UserError} for a role or user that is not there.
 */
export async function requestBody(
  input: AccessRequestInput,
  context: GraphContext,
): Promise<AccessRequestBody> {
  const [keyOf, userKey] = await Promise.all([
    roleKeys(context.workflowEngine, [input.role]),
    userKeyOf(input.targetUser, context),
  ]);
  return {
    requested_role: keyOf(input.role, ['input', 'role']),
    target_user: { id: userKey },
    action: input.action,
    request_justification: input.justification ?? undefined,
    workflow: input.workflowId ?? undefined,
    ...windowBody(input.grant),
  };
}

async function userKeyOf(
  user: WorkflowUserBy | null | undefined,
  { loaders, workflowEngine }: GraphContext,
): Promise<string> {
  if (!user) return currentUserKey(workflowEngine);
  if (user.uuid) return user.uuid;
  const record = user.id ? await loaders.users.load(userRef(user.id).id) : null;
  if (record?.uuid) return record.uuid;
  const fault = record ? `The user ${user.id} has no uuid.` : `There is no user ${user.id}.`;
  throw new UserError('NOT_FOUND', fault, ['input', 'targetUser', 'id']);
}
