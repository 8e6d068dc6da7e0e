/** What one may do with a target, in the order of the wire (contract section 11). */
export const ACCESSES = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'] as const;
export type Access = (typeof ACCESSES)[number];

/** Who can hold a grant. */
export const SUBJECT_TYPES = ['USER', 'GROUP', 'ROLE'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/** What a grant can be on: the 26 of contract section 11. */
export const TARGET_TYPES = [
  'WORKFLOW',
  'WORKFLOW_DEF',
  'WORKFLOW_SCHEDULE',
  'EVENT_HANDLER',
  'TASK_DEF',
  'TASK_REF_NAME',
  'TASK_ID',
  'APPLICATION',
  'USER',
  'SECRET_NAME',
  'ENV_VARIABLE',
  'TAG',
  'DOMAIN',
  'INTEGRATION_PROVIDER',
  'INTEGRATION',
  'PROMPT',
  'USER_FORM_TEMPLATE',
  'SCHEMA',
  'CLUSTER_CONFIG',
  'WEBHOOK',
  'API_GATEWAY_SERVICE',
  'API_GATEWAY_SERVICE_ROUTE',
  'AUTH_CONFIG',
  'GROUP',
  'ROLE',
  'SERVICE_REGISTRY',
] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

/** The targets that are definitions: groups have a default access to those that their members create. */
export const DEFINITION_TYPES = ['WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE'] as const;
export type DefinitionType = (typeof DEFINITION_TYPES)[number];

/** Tells whether targets of a type are definitions. */
export function isDefinitionType(type: TargetType): type is DefinitionType {
  return DEFINITION_TYPES.some((known) => known === type);
}

export interface Subject {
  readonly type: SubjectType;
  readonly id: string;
}

export interface Target {
  readonly type: TargetType;
  readonly id: string;
}
