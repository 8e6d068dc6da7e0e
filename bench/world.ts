/** The organisation that every benchmarked server reads: the same on every run. */
export interface World {
  readonly users: readonly WireUser[];
  readonly groups: readonly WireGroup[];
  /** User ids by group id. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

interface WireUser {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly object[];
  readonly groups: readonly object[];
}

interface WireGroup {
  readonly id: string;
  readonly description: string;
}

const ROLES = ['USER', 'WORKER', 'METADATA_MANAGER', 'WORKFLOW_MANAGER'];
const PERMISSIONS = ['CREATE_WORKFLOW_DEF', 'CREATE_TASK_DEF', 'WORKFLOW_SEARCH', 'METADATA_VIEW'];

/**
 * Makes users, groups of 20 members, and all that a real list brings along with each user (some 950 bytes).
 *
 * @param users how many users; a tenth as many groups.
 */
export function createWorld(users: number): World {
  const groups = Array.from({ length: Math.ceil(users / 10) }, (_, index) => ({
    id: `group-${pad(index)}`,
    description: `Group number ${index}`,
    roles: rolesOf(index),
    defaultAccess: { WORKFLOW_DEF: ['READ', 'EXECUTE'] },
    contactInformation: {},
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
      groups: [groups[Math.floor(index / 10)] ?? {}],
      uuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      contactInformation: { email: userId(index) },
      namespace: 'default',
      applicationUser: false,
      orkesWorkersApp: false,
      orkesApiGateway: false,
      orkesApp: false,
    })),
    groups,
    members,
  };
}

/** What a user was granted: five targets, from its number. */
export function grantsOf(id: string): object {
  const number = Number(id.slice(4, 10));
  return {
    grantedAccess: Array.from({ length: 5 }, (_, index) => ({
      target: { type: 'WORKFLOW_DEF', id: `workflow-${(number * 7 + index) % 500}` },
      access: ['READ', 'EXECUTE'],
    })),
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

function pad(index: number): string {
  return String(index).padStart(6, '0');
}
