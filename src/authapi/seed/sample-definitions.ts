import type { DefinitionType } from '../policy/access.ts';

/** A definition of the sample company, with the login of its creator. */
export interface SampleDefinition {
  readonly type: DefinitionType;
  readonly name: string;
  readonly creator: string;
}

/** Every definition that the sample company has granted access to. Only an ADMIN may create schedules. */
export const DEFINITIONS: readonly SampleDefinition[] = [
  { type: 'WORKFLOW_DEF', name: 'order-fulfilment', creator: 'henrik' },
  { type: 'WORKFLOW_DEF', name: 'expense-claim', creator: 'ursula' },
  { type: 'WORKFLOW_DEF', name: 'invoice-run', creator: 'viktor' },
  { type: 'WORKFLOW_DEF', name: 'refund', creator: 'yara' },
  { type: 'WORKFLOW_DEF', name: 'nightly-reports', creator: 'dalia' },
  { type: 'WORKFLOW_DEF', name: 'contractor-onboarding', creator: 'quentin' },
  { type: 'WORKFLOW_DEF', name: 'incident-response', creator: 'fiona' },
  { type: 'TASK_DEF', name: 'charge-card', creator: 'henrik' },
  { type: 'WORKFLOW_SCHEDULE', name: 'nightly-reports', creator: 'nadia' },
];
