/** The organisation that every benchmarked server reads: the same on every run. */
export interface World {
  readonly users: readonly WireUser[];
  readonly groups: readonly WireGroup[];
  /** User ids by group id. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly workflows: readonly object[];
}

export interface WireUser {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
}

interface WireGroup {
  readonly id: string;
}

/** Stands in one member of every record that no operation reads; the upstream counts it up where bodies are to change. */
export const REVISION = 'rev-00000000';

const ROLES = ['USER', 'WORKER', 'METADATA_MANAGER', 'WORKFLOW_MANAGER'];
const PERMISSIONS = ['CREATE_WORKFLOW_DEF', 'CREATE_TASK_DEF', 'WORKFLOW_SEARCH', 'METADATA_VIEW'];
const AUTHORS = 21;

/**
 * Makes users, groups of 20 members, 50 workflows by 21 authors, and all that a real list brings along with each user
 * (some 950 bytes).
 *
 * @param users how many users; a tenth as many groups.
 */
export function createWorld(users: number): World {
  const groups = Array.from({ length: Math.ceil(users / 10) }, (_, index) => ({
    id: `group-${pad(index)}`,
    description: `Group number ${index}`,
    roles: rolesOf(index),
    defaultAccess: { WORKFLOW_DEF: ['READ', 'EXECUTE'] },
    contactInformation: { pager: REVISION },
  }));
  const members = new Map(
    groups.map(({ id }, group) => [
      id,
      Array.from({ length: 20 }, (_, index) => userId((group * 10 + index) % users)).toSorted(),
    ]),
  );
  return {
    users: Array.from({ length: users }, (_, index) => ({
      id: userId(index),
      name: `User number ${index}`,
      roles: rolesOf(index),
      groups: [{ ...groups[Math.floor(index / 10)], contactInformation: {} }],
      uuid: uuid('0000', index),
      contactInformation: { email: userId(index) },
      namespace: REVISION,
      applicationUser: false,
      orkesWorkersApp: false,
      orkesApiGateway: false,
      orkesApp: false,
    })),
    groups,
    members,
    workflows: Array.from({ length: 50 }, (_, index) =>
      workflow(index, uuid('0000', (index % AUTHORS) * 37)),
    ),
  };
}

/** What a user was granted: five targets, from its number. */
export function grantsOf(id: string): object {
  const number = Number(id.slice(4, 10));
  return {
    grantedAccess: Array.from({ length: 5 }, (_, index) => ({
      target: { type: 'WORKFLOW_DEF', id: `workflow-${(number * 7 + index) % 500}` },
      access: ['READ', 'EXECUTE'],
      ...(index === 2 && { tag: `revision:${REVISION}` }),
    })),
  };
}

/** A user as the engine's role store answers (contract section 19). */
export function roleStoreUser({ id, uuid: key, name }: WireUser): object {
  return {
    id: key,
    principal: id,
    full_name: name,
    email: id,
    source_type: 'local',
    comment: REVISION,
    roles: [],
    permissions: [],
  };
}

function workflow(index: number, author: string): object {
  const role = (number: number) => ({ id: uuid('1111', number), name: `Role-${number}` });
  return {
    id: uuid('2222', index),
    name: `Workflow number ${index}`,
    comment: REVISION,
    author,
    created: '2026-01-01T15:05:05Z',
    updated: '2026-01-01T15:05:05Z',
    updated_by: author,
    action: 'GRANT',
    grant_types: ['PERMANENT', 'TIME_RESTRICTED'],
    max_time_restricted_duration: 15,
    max_floating_duration: 48,
    max_active_requests: 1,
    requires_justification: false,
    can_bypass_revoke_workflow: false,
    target_roles: [role(index)],
    requester_roles: [],
    steps: [
      {
        id: uuid('3333', index),
        name: 'first',
        match: 'ANY',
        approvers: [{ id: uuid('4444', index), role: role(99) }],
      },
    ],
  };
}

function rolesOf(index: number): object[] {
  return [0, 1].map((offset) => ({
    name: ROLES[(index + offset) % ROLES.length],
    permissions: PERMISSIONS.map((name) => ({ name })),
  }));
}

function userId(index: number): string {
  return `user${pad(index)}@example.com`;
}

function uuid(kind: string, index: number): string {
  return `00000000-${kind}-4000-8000-${String(index).padStart(12, '0')}`;
}

function pad(index: number): string {
  return String(index).padStart(6, '0');
}
