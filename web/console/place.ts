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

/** The types that can be looked for by hand; codegen sees to it that each is one. */
export const TARGET_TYPES = [
  'API_GATEWAY_SERVICE',
  'API_GATEWAY_SERVICE_ROUTE',
  'APPLICATION',
  'AUTH_CONFIG',
  'CLUSTER_CONFIG',
  'DOMAIN',
  'ENV_VARIABLE',
  'EVENT_HANDLER',
  'GROUP',
  'INTEGRATION',
  'INTEGRATION_PROVIDER',
  'PROMPT',
  'ROLE',
  'SCHEMA',
  'SECRET_NAME',
  'SERVICE_REGISTRY',
  'TAG',
  'TASK_DEF',
  'TASK_ID',
  'TASK_REF_NAME',
  'USER',
  'USER_FORM_TEMPLATE',
  'WEBHOOK',
  'WORKFLOW',
  'WORKFLOW_DEF',
  'WORKFLOW_SCHEDULE',
] as const satisfies readonly TargetType[];

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
  const type = TARGET_TYPES.find((one) => one === rawType);
  return type && id ? { type, id } : null;
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
