import type { Access, SubjectType, TargetType } from '../policy/access.ts';

/** A grant of the sample company. People go by their login, applications by their name. */
export interface SampleGrant {
  readonly subject: readonly [SubjectType, string];
  readonly target: readonly [TargetType, string];
  readonly access: readonly Access[];
}

/** Who may do what at the sample company: directly, by group, by role, and by tag. */
export const GRANTS: readonly SampleGrant[] = [
  grant('USER', 'sam', 'WORKFLOW_DEF', 'expense-claim', 'READ', 'EXECUTE'),
  grant('USER', 'amina', 'WORKFLOW_DEF', 'order-fulfilment', 'READ', 'UPDATE'),
  grant('USER', 'bruno', 'TASK_DEF', 'charge-card', 'READ', 'UPDATE', 'EXECUTE'),
  grant('USER', 'carmen', 'SCHEMA', 'order-v2', 'READ', 'UPDATE'),
  grant('USER', 'daniel', 'APPLICATION', 'order-worker', 'READ'),
  grant('USER', 'eszter', 'USER_FORM_TEMPLATE', 'refund-approval', 'READ', 'UPDATE'),
  grant('USER', 'farid', 'WORKFLOW_SCHEDULE', 'nightly-reports', 'READ', 'UPDATE'),
  grant('USER', 'keiko', 'INTEGRATION', 'warehouse-postgres', 'READ', 'EXECUTE'),
  grant('USER', 'mira', 'PROMPT', 'summarise-ticket', 'READ', 'UPDATE', 'DELETE'),
  grant('USER', 'priya', 'SECRET_NAME', 'payment-gateway-key', 'READ', 'UPDATE'),
  grant('USER', 'kofi', 'DOMAIN', 'contractors', 'EXECUTE'),
  grant('GROUP', 'engineering', 'WORKFLOW_DEF', 'order-fulfilment', 'READ', 'EXECUTE'),
  grant('GROUP', 'engineering', 'TASK_DEF', 'charge-card', 'READ'),
  grant('GROUP', 'engineering', 'TAG', 'environment:staging', 'READ', 'UPDATE'),
  grant('GROUP', 'platform', 'TAG', 'tier:critical', 'READ', 'UPDATE'),
  grant('GROUP', 'platform', 'ENV_VARIABLE', 'REGION', 'READ', 'UPDATE'),
  grant('GROUP', 'platform', 'EVENT_HANDLER', 'deploy-finished', 'READ', 'UPDATE', 'DELETE'),
  grant('GROUP', 'platform', 'INTEGRATION_PROVIDER', 'postgres', 'READ', 'UPDATE'),
  grant('GROUP', 'finance', 'APPLICATION', 'billing', 'READ', 'UPDATE'),
  grant('GROUP', 'finance', 'WORKFLOW_DEF', 'invoice-run', 'READ', 'UPDATE', 'EXECUTE'),
  grant('GROUP', 'finance', 'SECRET_NAME', 'payment-gateway-key', 'READ'),
  grant('GROUP', 'support', 'WORKFLOW_DEF', 'refund', 'READ', 'EXECUTE'),
  grant('GROUP', 'support', 'PROMPT', 'summarise-ticket', 'READ'),
  grant('GROUP', 'support', 'APPLICATION', 'support-desk', 'READ'),
  grant('GROUP', 'data', 'WORKFLOW_DEF', 'nightly-reports', 'READ', 'UPDATE', 'EXECUTE'),
  grant('GROUP', 'data', 'TAG', 'team:data', 'READ', 'UPDATE'),
  grant('GROUP', 'contractors', 'WORKFLOW_DEF', 'contractor-onboarding', 'READ'),
  grant('ROLE', 'workflow-operator', 'WORKFLOW_SCHEDULE', 'nightly-reports', 'READ', 'EXECUTE'),
  grant('ROLE', 'workflow-operator', 'WORKFLOW_DEF', 'incident-response', 'READ', 'EXECUTE'),
  grant('ROLE', 'secrets-auditor', 'SECRET_NAME', 'payment-gateway-key', 'READ'),
  grant('ROLE', 'secrets-auditor', 'TAG', 'team:security', 'READ'),
  grant('ROLE', 'WORKER', 'TASK_DEF', 'charge-card', 'READ', 'EXECUTE'),
];

function grant(
  subjectType: SubjectType,
  subjectId: string,
  targetType: TargetType,
  targetId: string,
  ...access: Access[]
): SampleGrant {
  return { subject: [subjectType, subjectId], target: [targetType, targetId], access };
}
