import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { type OffsetPage, pageOf, pageOfPath, readRange } from '../../upstream/reading/offset-pages.ts';
import {
  list,
  nothing,
  object,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  text,
} from '../../upstream/reading/shape.ts';
import {
  type RoleSnapshotRecord,
  roleSnapshot,
  type UserSnapshotRecord,
  userSnapshot,
} from '../../upstream/reading/snapshots.ts';
import { createdTraceably } from '../../upstream/resilience/traceable-create.ts';
import { currentUserKey } from './role-store.ts';

/** How a role is asked for, as the workflow engine knows it (contract section 17). */
export interface RoleWorkflowRecord {
  readonly id: string;
  readonly name: string | null;
  readonly comment: string | null;
  readonly action: string | null;
  readonly grantTypes: readonly string[];
  readonly targetRoles: readonly RoleSnapshotRecord[];
  readonly requesterRoles: readonly RoleSnapshotRecord[];
  readonly steps: readonly WorkflowStepRecord[];
  readonly maxActiveRequests: number;
  /** Days; null for no bound. */
  readonly maxTimeRestrictedDays: number | null;
  /** Hours; null for no bound. */
  readonly maxFloatingHours: number | null;
  readonly canBypassRevokeWorkflow: boolean | null;
  readonly requiresJustification: boolean | null;
  readonly author: UserSnapshotRecord | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly updatedBy: UserSnapshotRecord | null;
}

export interface WorkflowStepRecord {
  readonly name: string | null;
  readonly match: string | null;
  readonly approverRoles: readonly RoleSnapshotRecord[];
}

/** A role by its key in the engine. */
export interface RoleKey {
  readonly id: string;
}

/** What is written about a workflow: all of it, each time. Bounds that are undefined are none. */
export interface RoleWorkflowBody {
  readonly name: string;
  readonly comment: string;
  readonly action: string;
  readonly grant_types: readonly string[];
  readonly target_roles: readonly RoleKey[];
  readonly requester_roles: readonly RoleKey[];
  readonly steps: readonly {
    readonly name: string;
    readonly match: string;
    readonly approvers: readonly { readonly role: RoleKey }[];
  }[];
  readonly max_active_requests: number;
  readonly max_time_restricted_duration: number | undefined;
  readonly max_floating_duration: number | undefined;
  readonly can_bypass_revoke_workflow: boolean;
  readonly requires_justification: boolean;
}

/** Reads a workflow; null if there is none. */
export function findWorkflow(client: RestClient, id: string): Promise<RoleWorkflowRecord | null> {
  return client.find(path`/workflow-engine/api/v1/workflows/${id}`, readWorkflow);
}

/** Reads a workflow as it is at this moment; null if there is none. */
export function findWorkflowNow(client: RestClient, id: string): Promise<RoleWorkflowRecord | null> {
  return client.findNow(path`/workflow-engine/api/v1/workflows/${id}`, readWorkflow);
}

/** Reads a page of workflows. */
export function listWorkflows(
  client: RestClient,
  offset: number,
  limit: number,
): Promise<OffsetPage<RoleWorkflowRecord>> {
  return client.get(pageOfPath(path`/workflow-engine/api/v1/workflows`, offset, limit), readPage);
}

/** Creates a workflow, and gives the id that the engine chose. */
export function postWorkflow(client: RestClient, body: RoleWorkflowBody): Promise<string> {
  return createdTraceably(client, {
    likeness: `workflow ${body.name}`,
    create: () =>
      client.write(
        'NEVER_REPEATED',
        'POST',
        path`/workflow-engine/api/v1/workflows`,
        (answer) => text(object(answer, 'workflow answer')['id'], 'workflow answer.id'),
        body,
      ),
    async alike() {
      const [me, { items }] = await Promise.all([
        currentUserKey(client),
        readRange((offset, limit) => listWorkflows(client, offset, limit), 0),
      ]);
      return items.filter(({ name, author }) => name === body.name && author?.id === me).map(({ id }) => id);
    },
    answerFor: (id) => id,
  });
}

/** Replaces a workflow. */
export function putWorkflow(client: RestClient, id: string, body: RoleWorkflowBody): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'PUT',
    path`/workflow-engine/api/v1/workflows/${id}`,
    nothing,
    body,
  );
}

/** Deletes a workflow; its requests stay. */
export function deleteWorkflow(client: RestClient, id: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/workflow-engine/api/v1/workflows/${id}`,
    nothing,
  );
}

const readPage = pageOf('workflows', readWorkflow);

function readWorkflow(body: unknown): RoleWorkflowRecord {
  const workflow = object(body, 'workflow');
  const word = (member: string) => optionalText(workflow[member], `workflow.${member}`) || null;
  const flag = (member: string) => optionalFlag(workflow[member], `workflow.${member}`);
  const time = (member: string) => optionalTimestamp(workflow[member], `workflow.${member}`);
  // Contract section 17: absent or 0 is no bound, and one request at a time.
  const bound = (member: string) => optionalInteger(workflow[member], `workflow.${member}`) || null;
  const roles = (member: string) =>
    list(workflow[member], `workflow.${member}`, (role) => roleSnapshot(role, `workflow.${member}`));
  const user = (member: string) => userSnapshot(workflow[member], `workflow.${member}`);
  return {
    id: text(workflow['id'], 'workflow.id'),
    name: word('name'),
    comment: word('comment'),
    action: word('action'),
    grantTypes: list(workflow['grant_types'], 'workflow.grant_types', (type) =>
      text(type, 'workflow.grant_types'),
    ),
    targetRoles: roles('target_roles'),
    requesterRoles: roles('requester_roles'),
    steps: list(workflow['steps'], 'workflow.steps', readStep),
    maxActiveRequests: bound('max_active_requests') ?? 1,
    maxTimeRestrictedDays: bound('max_time_restricted_duration'),
    maxFloatingHours: bound('max_floating_duration'),
    canBypassRevokeWorkflow: flag('can_bypass_revoke_workflow'),
    requiresJustification: flag('requires_justification'),
    author: user('author'),
    createdAt: time('created'),
    updatedAt: time('updated'),
    updatedBy: user('updated_by'),
  };
}

function readStep(body: unknown): WorkflowStepRecord {
  const step = object(body, 'step');
  return {
    name: optionalText(step['name'], 'step.name'),
    match: optionalText(step['match'], 'step.match'),
    approverRoles: list(step['approvers'], 'step.approvers', (approver) =>
      roleSnapshot(object(approver, 'approver')['role'], 'approver.role'),
    ),
  };
}
