import type { Access } from '../policy/access.ts';
import type { AuthenticationType } from '../store/gateway-auth-configs.ts';

/** Custom roles of the sample company. */
export const CUSTOM_ROLES = [
  {
    name: 'workflow-operator',
    description: 'Runs workflows and looks into them, but does not change them',
    permissions: ['READ_WORKFLOW_DEF', 'EXECUTE_WORKFLOW_DEF', 'READ_TASK_DEF', 'READ_WORKFLOW_SCHEDULE'],
  },
  {
    name: 'secrets-auditor',
    description: 'Sees which secrets and variables there are',
    permissions: ['READ_SECRET', 'READ_SECRET_NAME', 'READ_ENV_VARIABLE'],
  },
  {
    name: 'access-reviewer',
    description: 'Reviews who has access, for the quarterly audit',
    permissions: ['READ_USER', 'READ_GROUP', 'READ_ROLE', 'READ_APPLICATION'],
  },
] as const;

interface SampleGroup {
  readonly id: string;
  readonly description: string;
  readonly roles: readonly string[];
  readonly defaultAccess: Readonly<Record<string, readonly Access[]>>;
}

/** Groups of the sample company; who is in which stands in `people.ts`. */
export const GROUPS: readonly SampleGroup[] = [
  {
    id: 'engineering',
    description: 'Builds the products',
    roles: ['USER', 'METADATA_API'],
    defaultAccess: { WORKFLOW_DEF: ['READ', 'UPDATE', 'EXECUTE'], TASK_DEF: ['READ', 'UPDATE'] },
  },
  {
    id: 'platform',
    description: 'Runs Conductor and what is around it',
    roles: ['METADATA_MANAGER', 'WORKFLOW_MANAGER', 'APPLICATION_CREATOR'],
    defaultAccess: {
      WORKFLOW_DEF: ['READ', 'UPDATE', 'DELETE', 'EXECUTE'],
      TASK_DEF: ['READ', 'UPDATE', 'DELETE'],
      WORKFLOW_SCHEDULE: ['READ', 'UPDATE'],
    },
  },
  {
    id: 'security',
    description: 'Guards secrets and access',
    roles: ['USER', 'secrets-auditor', 'access-reviewer'],
    defaultAccess: { WORKFLOW_DEF: ['READ'] },
  },
  {
    id: 'finance',
    description: 'Invoices, payments and payroll',
    roles: ['USER'],
    defaultAccess: { WORKFLOW_DEF: ['READ', 'EXECUTE'] },
  },
  {
    id: 'support',
    description: 'Helps customers',
    roles: ['workflow-operator'],
    defaultAccess: { WORKFLOW_DEF: ['READ'] },
  },
  {
    id: 'data',
    description: 'Pipelines and reports',
    roles: ['USER', 'METADATA_API'],
    defaultAccess: { WORKFLOW_DEF: ['READ', 'UPDATE', 'EXECUTE'], WORKFLOW_SCHEDULE: ['READ', 'UPDATE'] },
  },
  {
    id: 'operations',
    description: 'On call around the clock',
    roles: ['workflow-operator', 'WORKFLOW_MANAGER'],
    defaultAccess: { WORKFLOW_DEF: ['READ', 'EXECUTE'], WORKFLOW_SCHEDULE: ['READ', 'UPDATE'] },
  },
  { id: 'contractors', description: 'With us for a while', roles: [], defaultAccess: {} },
];

interface SampleApplication {
  readonly name: string;
  /** Login of its creator. */
  readonly creator: string;
  readonly daysOld: number;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly keys: readonly ('ACTIVE' | 'INACTIVE')[];
}

/** Applications of the sample company. */
export const APPLICATIONS: readonly SampleApplication[] = [
  {
    name: 'billing',
    creator: 'viktor',
    daysOld: 410,
    roles: ['WORKER', 'METADATA_API'],
    tags: { team: 'finance', environment: 'production', tier: 'critical' },
    keys: ['ACTIVE', 'INACTIVE'],
  },
  {
    name: 'order-worker',
    creator: 'bruno',
    daysOld: 365,
    roles: ['WORKER'],
    tags: { team: 'engineering', environment: 'production' },
    keys: ['ACTIVE', 'ACTIVE'],
  },
  {
    name: 'nightly-reports',
    creator: 'keiko',
    daysOld: 203,
    roles: ['WORKER', 'workflow-operator'],
    tags: { team: 'data', environment: 'production' },
    keys: ['ACTIVE'],
  },
  {
    name: 'support-desk',
    creator: 'yara',
    daysOld: 151,
    roles: ['WORKER'],
    tags: { team: 'support', environment: 'staging' },
    keys: ['ACTIVE'],
  },
  {
    name: 'deploy-pipeline',
    creator: 'ada',
    daysOld: 96,
    roles: ['METADATA_MANAGER', 'WORKFLOW_MANAGER'],
    tags: { team: 'platform', environment: 'production', tier: 'critical' },
    keys: ['ACTIVE'],
  },
  {
    name: 'secret-rotation',
    creator: 'nadia',
    daysOld: 33,
    roles: ['UNRESTRICTED_WORKER'],
    tags: { team: 'security', environment: 'production' },
    keys: ['INACTIVE'],
  },
];

interface SampleGatewayAuthConfig {
  readonly id: string;
  readonly application: string;
  readonly authenticationType: AuthenticationType;
  readonly issuerUri: string | null;
  readonly audience: string | null;
}

/** Gateway authentication configs of the sample company. */
export const GATEWAY_AUTH_CONFIGS: readonly SampleGatewayAuthConfig[] = [
  {
    id: 'shop-gateway',
    application: 'order-worker',
    authenticationType: 'API_KEY',
    issuerUri: null,
    audience: null,
  },
  {
    id: 'partner-gateway',
    application: 'billing',
    authenticationType: 'OIDC',
    issuerUri: 'https://login.example.com',
    audience: 'partners',
  },
];
