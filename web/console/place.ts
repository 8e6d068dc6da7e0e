import type { AccessType, TargetInput, TargetType } from './generated/operations.ts';

export type SubjectKind = 'user' | 'group' | 'role';

/** What is looked at. */
export type Place =
  | { readonly kind: SubjectKind; readonly id: string }
  | { readonly kind: 'target'; readonly target: TargetInput; readonly access: AccessType }
  | {
      readonly kind: 'why';
      readonly user: string;
      readonly target: TargetInput;
      readonly access: AccessType;
    };

export const ACCESS: readonly AccessType[] = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'];

/** A record, so that a type which the schema has and this lacks is an error. */
const TYPES: Readonly<Record<TargetType, true>> = {
  API_GATEWAY_SERVICE: true,
  API_GATEWAY_SERVICE_ROUTE: true,
  APPLICATION: true,
  AUTH_CONFIG: true,
  CLUSTER_CONFIG: true,
  DOMAIN: true,
  ENV_VARIABLE: true,
  EVENT_HANDLER: true,
  GROUP: true,
  INTEGRATION: true,
  INTEGRATION_PROVIDER: true,
  PROMPT: true,
  ROLE: true,
  SCHEMA: true,
  SECRET_NAME: true,
  SERVICE_REGISTRY: true,
  TAG: true,
  TASK_DEF: true,
  TASK_ID: true,
  TASK_REF_NAME: true,
  USER: true,
  USER_FORM_TEMPLATE: true,
  WEBHOOK: true,
  WORKFLOW: true,
  WORKFLOW_DEF: true,
  WORKFLOW_SCHEDULE: true,
};

/** The types that targets can have. */
export const TARGET_TYPES: readonly string[] = Object.keys(TYPES);

/** The address of a place, below the page's own. */
export function addressOf(place: Place): string {
  const parts = partsOf(place).map(encodeURIComponent);
  return `#/${parts.join('/')}`;
}

/** Reads an address; null for one that says nothing. */
export function placeAt(address: string): Place | null {
  const [kind, ...rest] = address.replace(/^#\//, '').split('/').map(decode);
  if (kind === 'user' || kind === 'group' || kind === 'role') return rest[0] ? { kind, id: rest[0] } : null;
  const user = kind === 'why' ? rest.shift() : undefined;
  const target = targetOf(rest[0], rest[1]);
  const access = ACCESS.find((one) => one === rest[2]);
  if (!target || !access) return null;
  if (kind === 'target') return { kind, target, access };
  return kind === 'why' && user ? { kind, user, target, access } : null;
}

/** A target of a type that can be asked about; null for other types. */
export function targetOf(rawType: string | undefined, id: string | undefined): TargetInput | null {
  return isTargetType(rawType) && id ? { type: rawType, id } : null;
}

function isTargetType(type: string | undefined): type is TargetType {
  return type !== undefined && Object.hasOwn(TYPES, type);
}

function partsOf(place: Place): string[] {
  switch (place.kind) {
    case 'target':
      return ['target', place.target.type, place.target.id, place.access];
    case 'why':
      return ['why', place.user, place.target.type, place.target.id, place.access];
    default:
      return [place.kind, place.id];
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
