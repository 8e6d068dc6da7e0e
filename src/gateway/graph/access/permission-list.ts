import {
  type EffectivePermission,
  effectivePermissions,
} from '../../../access/answers/effective-permissions.ts';
import type { AccessFacts } from '../../../access/facts/facts.ts';
import type { SubjectKey } from '../../../access/facts/keys.ts';
import { scopeKey, typeOf } from '../../../access/facts/scope.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode, EffectivePermissionFilter } from '../generated/graphql.ts';
import { type Connection, type PageArguments, pageOf } from '../kit/connection.ts';
import { Gathering } from './facts-loader.ts';
import { seesAllApplications } from './warnings.ts';

/** A page of what a subject may do, and what its other fields are worked out from. */
export interface PermissionList extends Connection<EffectivePermission> {
  readonly subject: SubjectKey;
  readonly facts: AccessFacts;
  /** All permissions, whatever page and filter say. */
  readonly all: readonly EffectivePermission[];
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/** Lists what a subject may do in effect; null if there is no such subject. */
export async function permissionList(
  subject: SubjectKey,
  { filter, ...page }: PageArguments & { readonly filter?: EffectivePermissionFilter | null },
  context: GraphContext,
): Promise<PermissionList | null> {
  const gathering = new Gathering(context);
  if (!(await gathering.allAbout(subject))) return null;
  const facts = gathering.facts();
  const all = effectivePermissions(facts, subject);
  const wanted = all.filter((permission) => meets(permission, filter ?? {}));
  const keyed = wanted.map((permission) => ({ id: scopeKey(permission.scope), permission }));
  const { hidden } = gathering;
  return Object.assign(
    pageOf(keyed, page, ({ permission }) => permission),
    { subject, facts, all, hidden },
  );
}

/** Lists what may be missing from a list. Whether the caller sees all applications takes a call. */
export async function hiddenFrom(
  { subject, all, hidden }: PermissionList,
  context: GraphContext,
): Promise<Set<AccessWarningCode>> {
  if (all.some(({ scope }) => scope.kind === 'EVERYTHING')) return new Set();
  const codes = new Set(hidden);
  if (subject.type === 'USER') codes.add('ORIGIN_HIDDEN');
  if (!(await seesAllApplications(context))) codes.add('APPLICATIONS_HIDDEN');
  return codes;
}

function meets({ scope, access }: EffectivePermission, filter: EffectivePermissionFilter): boolean {
  const type = typeOf(scope);
  return (
    (!filter.targetType || type === null || type === filter.targetType) &&
    (!filter.access || access.includes(filter.access))
  );
}
