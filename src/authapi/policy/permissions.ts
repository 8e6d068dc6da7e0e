import type { Access, TargetType } from './access.ts';

const ALL = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'EXECUTE'] as const;
const ALL_BUT_EXECUTE = ['CREATE', 'READ', 'UPDATE', 'DELETE'] as const;

/** The resources a custom role can speak of and the actions each allows (contract section 3). */
const CATALOGUE: Readonly<Record<string, readonly Access[]>> = {
  WORKFLOW_DEF: ALL,
  TASK_DEF: ALL,
  INTEGRATION: ALL,
  INTEGRATION_PROVIDER: ALL,
  PROMPT: ALL_BUT_EXECUTE,
  API_GATEWAY_SERVICE: ALL_BUT_EXECUTE,
  AUTH_CONFIG: ALL_BUT_EXECUTE,
  ENV_VARIABLE: ALL_BUT_EXECUTE,
  EVENT_HANDLER: ALL_BUT_EXECUTE,
  SCHEMA: ALL_BUT_EXECUTE,
  SECRET: ALL_BUT_EXECUTE,
  SECRET_NAME: ALL_BUT_EXECUTE,
  USER_FORM_TEMPLATE: ALL_BUT_EXECUTE,
  WORKFLOW_SCHEDULE: ALL_BUT_EXECUTE,
  APPLICATION: ALL_BUT_EXECUTE,
  GROUP: ['READ'],
  ROLE: ['READ'],
  USER: ['READ'],
};

/**
 * The permissions of the role-workflow engine, by the names that PrivX knows them by (contract section 15). Asking for
 * oneself takes none here, so `workflows-requests` adds nothing; it is on offer for roles that are written for PrivX.
 */
const WORKFLOW_PERMISSIONS: readonly string[] = [
  'workflows-view',
  'workflows-manage',
  'workflows-requests',
  'workflows-requests-on-behalf',
  'requests-view',
];

/** What one permission of the catalogue is made of. */
export interface CataloguedPermission {
  readonly name: string;
  readonly resource: string;
  readonly action: Access;
}

const BY_NAME = new Map<string, CataloguedPermission>(
  Object.entries(CATALOGUE).flatMap(([resource, actions]) =>
    actions.map((action) => [`${action}_${resource}`, { name: `${action}_${resource}`, resource, action }]),
  ),
);

/** What every custom role carries although its own list does not show it (contract section 3). */
const CARRIED_BY_CUSTOM_ROLES = ['CREATE_EVENT_HANDLER', 'CREATE_USER_FORM_TEMPLATE'];

/** Finds a permission that custom roles may hold by its name, e.g. `READ_WORKFLOW_DEF`. */
export function findPermission(name: string): CataloguedPermission | null {
  return BY_NAME.get(name) ?? null;
}

/** Tells whether custom roles may hold a permission. */
export function isOnOffer(name: string): boolean {
  return BY_NAME.has(name) || WORKFLOW_PERMISSIONS.includes(name);
}

/** Lists the permissions on offer: resource to names. */
export function permissionsOnOffer(): Record<string, string[]> {
  const byResource = Object.entries(CATALOGUE).map(([resource, actions]) => [
    resource,
    actions.map((action) => `${action}_${resource}`),
  ]);
  return { ...Object.fromEntries(byResource), ROLE_WORKFLOW: [...WORKFLOW_PERMISSIONS] };
}

/** A role as far as policy cares. */
export interface RoleRule {
  readonly name: string;
  readonly type: 'system' | 'custom';
  readonly permissions: readonly string[];
}

/**
 * Resolves what a role lets its holders do: UPDATE, DELETE and EXECUTE each imply READ of that resource, and custom
 * roles carry two permissions of their own (contract section 3). In the order of the role, without repetition.
 */
export function resolvePermissions(role: RoleRule): string[] {
  const own = role.type === 'custom' ? [...role.permissions, ...CARRIED_BY_CUSTOM_ROLES] : role.permissions;
  return [...new Set(own.flatMap((name) => [name, ...implied(name)]))];
}

/** Names the permission that gives `access` on every target of a type. Secrets go by two names. */
export function permissionsFor(access: Access, type: TargetType): string[] {
  const resources = type === 'SECRET_NAME' ? ['SECRET_NAME', 'SECRET'] : [type];
  return resources.map((resource) => `${access}_${resource}`).filter((name) => BY_NAME.has(name));
}

function implied(name: string): string[] {
  const permission = BY_NAME.get(name);
  if (permission === undefined || permission.action === 'READ' || permission.action === 'CREATE') return [];
  return [`READ_${permission.resource}`];
}
