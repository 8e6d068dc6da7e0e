import type { RoleRule } from './permissions.ts';

/** The eleven roles that every store has and nobody can change (contract section 3). */
export const SYSTEM_ROLES: readonly RoleRule[] = [
  system('ADMIN', [
    'ADMIN_MANAGEMENT',
    'API_GATEWAY_MANAGEMENT',
    'API_GATEWAY_VIEW',
    'APPLICATION_MANAGEMENT',
    'AUTHORIZATION_MANAGEMENT',
    'BULK_MANAGEMENT',
    'EVENT_HANDLER_MANAGEMENT',
    'METADATA_MANAGEMENT',
    'METADATA_VIEW',
    'PERMISSION_MANAGEMENT',
    'PROMPT_MANAGEMENT',
    'PUBLISHER_MANAGEMENT',
    'SCHEDULE_MANAGEMENT',
    'USER_MANAGEMENT',
    'WORKFLOW_MANAGEMENT',
    'WORKFLOW_SEARCH',
  ]),
  system('USER', [
    'API_GATEWAY_MANAGEMENT',
    'API_GATEWAY_VIEW',
    'CREATE_APPLICATION',
    'CREATE_INTEGRATION',
    'CREATE_SECRET',
    'CREATE_TASK_DEF',
    'CREATE_USER_FORM_TEMPLATE',
    'CREATE_WORKFLOW_DEF',
    'WORKFLOW_SEARCH',
  ]),
  system('METADATA_MANAGER', [
    'API_GATEWAY_MANAGEMENT',
    'API_GATEWAY_VIEW',
    'CREATE_INTEGRATION',
    'CREATE_SECRET',
    'METADATA_MANAGEMENT',
    'METADATA_VIEW',
  ]),
  system('METADATA_API', ['CREATE_TASK_DEF', 'CREATE_USER_FORM_TEMPLATE', 'CREATE_WORKFLOW_DEF']),
  system('WORKER', []),
  system('WORKFLOW_MANAGER', ['WORKFLOW_MANAGEMENT', 'WORKFLOW_SEARCH', 'METADATA_VIEW']),
  system('UNRESTRICTED_WORKER', []),
  system('APPLICATION_CREATOR', ['CREATE_APPLICATION']),
  system('APPLICATION_MANAGER', ['APPLICATION_MANAGEMENT', 'API_GATEWAY_MANAGEMENT', 'API_GATEWAY_VIEW']),
  system('USER_READ_ONLY', ['METADATA_VIEW', 'API_GATEWAY_VIEW', 'WORKFLOW_SEARCH']),
  system('PROMPT_MANAGER', ['PROMPT_MANAGEMENT']),
];

/** Roles that anybody with access to an application may give it; the rest take an ADMIN (contract section 3). */
export const FREE_APPLICATION_ROLES: readonly string[] = ['WORKER', 'METADATA_API', 'APPLICATION_CREATOR'];

/** Tells whether a set of roles breaks the rule that USER_READ_ONLY stands alone (contract section 3). */
export function mixesReadOnly(roles: readonly string[]): boolean {
  return roles.includes('USER_READ_ONLY') && new Set(roles).size > 1;
}

function system(name: string, permissions: readonly string[]): RoleRule {
  return { name, type: 'system', permissions };
}
