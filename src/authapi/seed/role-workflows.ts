import type { GrantType } from '../policy/requests/grant-window.ts';
import type { Match, RequestAction, WorkflowAction } from '../policy/requests/role-workflow.ts';

interface SampleWorkflow {
  readonly name: string;
  readonly comment: string;
  readonly action: WorkflowAction;
  readonly role: string;
  readonly requesterRoles: readonly string[];
  readonly grantTypes: readonly GrantType[];
  /** Days, hours, and requests that may wait. */
  readonly bounds: readonly [days: number, hours: number, active: number];
  readonly requiresJustification: boolean;
  readonly canBypassRevokeWorkflow: boolean;
  readonly steps: readonly (readonly [name: string, match: Match, ...approverRoles: string[]])[];
}

/** How roles are asked for at the sample company: one to three steps. */
export const WORKFLOWS: readonly SampleWorkflow[] = [
  {
    name: 'Workflow operators',
    comment: 'For everybody who runs workflows',
    action: 'BOTH',
    role: 'workflow-operator',
    requesterRoles: [],
    grantTypes: ['PERMANENT', 'TIME_RESTRICTED'],
    bounds: [30, 0, 1],
    requiresJustification: false,
    canBypassRevokeWorkflow: false,
    steps: [['Workflow management', 'ANY', 'WORKFLOW_MANAGER']],
  },
  {
    name: 'Secrets audit',
    comment: 'Seeing which secrets there are, for as long as an audit takes',
    action: 'GRANT',
    role: 'secrets-auditor',
    requesterRoles: [],
    grantTypes: ['TIME_RESTRICTED', 'FLOATING'],
    bounds: [14, 24, 1],
    requiresJustification: true,
    canBypassRevokeWorkflow: false,
    steps: [
      ['Access review', 'ANY', 'access-reviewer'],
      ['Administration', 'ANY', 'ADMIN'],
    ],
  },
  {
    name: 'Metadata managers',
    comment: '',
    action: 'GRANT',
    role: 'METADATA_MANAGER',
    requesterRoles: ['USER'],
    grantTypes: ['PERMANENT'],
    bounds: [0, 0, 1],
    requiresJustification: false,
    canBypassRevokeWorkflow: false,
    steps: [
      ['Colleagues', 'ANY', 'METADATA_MANAGER', 'WORKFLOW_MANAGER'],
      ['Administration', 'ANY', 'ADMIN'],
    ],
  },
  {
    name: 'Emergency administration',
    comment: 'For incidents; three people must agree',
    action: 'GRANT',
    role: 'ADMIN',
    requesterRoles: ['USER'],
    grantTypes: ['FLOATING', 'TIME_RESTRICTED'],
    bounds: [1, 8, 1],
    requiresJustification: true,
    canBypassRevokeWorkflow: true,
    steps: [
      ['Access review', 'ANY', 'access-reviewer'],
      ['Workflow management', 'ANY', 'WORKFLOW_MANAGER'],
      ['Administration', 'ANY', 'ADMIN'],
    ],
  },
  {
    name: 'On-call operations',
    comment: 'A week at a time',
    action: 'GRANT',
    role: 'WORKFLOW_MANAGER',
    requesterRoles: ['workflow-operator'],
    grantTypes: ['TIME_RESTRICTED'],
    bounds: [7, 0, 2],
    requiresJustification: false,
    canBypassRevokeWorkflow: true,
    steps: [['Both sides', 'ALL', 'workflow-operator', 'access-reviewer']],
  },
  {
    name: 'Leaving the access reviewers',
    comment: '',
    action: 'REMOVE',
    role: 'access-reviewer',
    requesterRoles: [],
    grantTypes: ['PERMANENT'],
    bounds: [0, 0, 1],
    requiresJustification: false,
    canBypassRevokeWorkflow: false,
    steps: [['Administration', 'ANY', 'ADMIN']],
  },
];

/** What happened to a sample request: who, what, and with which words. */
type SampleEvent = readonly [login: string, what: 'APPROVED' | 'DENIED' | 'REVOKED', comment: string];

interface SampleRequest {
  readonly workflow: string;
  readonly requester: string;
  /** For somebody else where it differs from the requester. */
  readonly target: string;
  readonly action: RequestAction;
  readonly justification: string;
  readonly daysOld: number;
  /** Days from now, hours of a floating window, or null for good. */
  readonly window: { readonly from: number; readonly to: number } | { readonly hours: number } | null;
  /** One a day from the request on, each on the step that is due. */
  readonly events: readonly SampleEvent[];
}

/** Requests at the sample company, in every state there is. */
export const REQUESTS: readonly SampleRequest[] = [
  // Waits for its only step.
  wish('Workflow operators', 'sam', 'Helping support over the holidays', 1, null),
  // Waits for its second step.
  wish('Secrets audit', 'keiko', 'Which pipelines read secrets', 2, { from: -1, to: 8 }, [
    'oscar',
    'APPROVED',
    'Agreed with the audit plan',
  ]),
  // Waits for its third step.
  wish(
    'Emergency administration',
    'emil',
    'Incident 2291',
    3,
    { hours: 4 },
    ['priya', 'APPROVED', ''],
    ['stefan', 'APPROVED', 'Please be quick'],
  ),
  // Approved for good.
  wish(
    'Metadata managers',
    'henrik',
    'Takes over the order workflows',
    21,
    null,
    ['carmen', 'APPROVED', 'About time'],
    ['ada', 'APPROVED', ''],
  ),
  // Approved for a time that runs.
  wish(
    'Secrets audit',
    'tomas',
    'Yearly rotation',
    5,
    { from: -3, to: 9 },
    ['quentin', 'APPROVED', ''],
    ['nadia', 'APPROVED', 'Until the end of next week'],
  ),
  // Approved, and not in use yet.
  wish(
    'Secrets audit',
    'jonas',
    'Leaked key in the logs',
    4,
    { hours: 8 },
    ['oscar', 'APPROVED', ''],
    ['ada', 'APPROVED', ''],
  ),
  // Denied at its first step.
  wish('Emergency administration', 'xavier', 'To look around', 9, { hours: 8 }, [
    'wanjiru',
    'DENIED',
    'That is no emergency',
  ]),
  // Approved by both roles of its step, and taken back.
  wish(
    'On-call operations',
    'yara',
    'Swapped with Goran',
    6,
    { from: -6, to: 1 },
    ['ingrid', 'APPROVED', ''],
    ['quentin', 'APPROVED', ''],
    ['ingrid', 'REVOKED', ''],
  ),
  // To be rid of a role, and asked for somebody else.
  { ...wish('Leaving the access reviewers', 'wanjiru', 'New post', 2, null), action: 'REMOVE' },
  { ...wish('Workflow operators', 'ada', 'Starts on Monday', 1, { from: 1, to: 29 }), target: 'chen' },
];

function wish(
  workflow: string,
  requester: string,
  justification: string,
  daysOld: number,
  window: SampleRequest['window'],
  ...events: SampleEvent[]
): SampleRequest {
  return { workflow, requester, target: requester, action: 'GRANT', justification, daysOld, window, events };
}
