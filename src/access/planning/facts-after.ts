import {
  type AccessFacts,
  accessesOf,
  factsOf,
  listsOf,
  type OwnershipFact,
  type TagFact,
} from '../facts/facts.ts';
import { applicationUserId, type TargetKey } from '../facts/keys.ts';
import type { AccessState } from './access-state.ts';
import { applyChange } from './apply-change.ts';
import type { PlannedChange } from './change.ts';
import { ChangeError } from './change-error.ts';
import { stateOf } from './state-of-facts.ts';
import { faultOf } from './writing-rules.ts';

/** What facts about access do not tell, and changes may depend on. */
export interface ChangeContext {
  /** Who would make the changes, and so own the applications among them. */
  readonly callerId: string | null;
  /** Names of applications by id: a change can ask for one of a name. */
  readonly applicationNames: ReadonlyMap<string, string>;
}

/**
 * Gives the facts as they would be after changes, one after the other. A change that would be refused, because what it
 * needs is not there, changes nothing.
 */
export function factsAfter(
  facts: AccessFacts,
  changes: readonly PlannedChange[],
  context: ChangeContext = { callerId: null, applicationNames: new Map() },
): AccessFacts {
  const state = stateOf(facts, context.applicationNames);
  const deleted = new Set<string>();
  for (const change of changes) {
    if (faultOf(change) !== null || !namesWhatIsThere(state, change)) continue;
    attempt(state, change);
    if (change.kind === 'DELETE_USER') deleted.add(change.id);
  }
  return factsOf({
    users: [
      ...state.users.values(),
      ...[...state.applications.values()].map((one) => ({ ...one, id: applicationUserId(one.id) })),
    ],
    groups: [...state.groups.values()].map((group) => ({
      ...group,
      defaultAccess: group.defaultAccess.map((one) => ({ ...one, access: accessesOf(one.access) })),
    })),
    roles: [...state.roles.values()].map(({ isSystem, ...role }) => ({
      ...role,
      kind: isSystem ? 'SYSTEM' : 'CUSTOM',
    })),
    grants: [...state.grants.values()].map((grant) => ({ ...grant, access: accessesOf(grant.access) })),
    tags: tagsAfter(facts, state),
    ownerships: ownershipsAfter(facts, state, deleted, context),
  });
}

/** Tells whether the groups and roles that a change names to be in, or to hold, exist: else it is refused. */
function namesWhatIsThere({ groups, roles }: AccessState, change: PlannedChange): boolean {
  switch (change.kind) {
    case 'ADD_USER_TO_GROUP':
      return groups.has(change.groupId);
    case 'ADD_ROLE':
      return roles.has(change.roleId);
    case 'UPSERT_USER':
      return areAll(groups, change.groupIds) && areAll(roles, change.roleIds);
    case 'UPSERT_GROUP':
      return areAll(roles, change.roleIds);
    default:
      return true;
  }
}

function areAll(known: ReadonlyMap<string, unknown>, ids: readonly string[] | null): boolean {
  return ids?.every((id) => known.has(id)) ?? true;
}

function attempt(state: AccessState, change: PlannedChange): void {
  try {
    applyChange(state, change);
  } catch (error) {
    if (!(error instanceof ChangeError)) throw error;
  }
}

/** Of what no user is known, no change is about, so it bears what it bore. */
function tagsAfter(facts: AccessFacts, state: AccessState): TagFact[] {
  const others = [...listsOf(facts).tags].filter(({ target }) => !isAmong(facts, target));
  const borne = [...state.applications.values()].flatMap(({ id, tags }) =>
    tags.map(({ key, value }) => ({ target: { type: 'APPLICATION', id }, tag: `${key}:${value}`, key })),
  );
  return [...others, ...borne];
}

/** Whoever is made again under the id of somebody deleted owns nothing of it, and what is deleted nobody owns. */
function ownershipsAfter(
  facts: AccessFacts,
  { applications }: AccessState,
  deleted: ReadonlySet<string>,
  { callerId }: ChangeContext,
): OwnershipFact[] {
  const kept = [...listsOf(facts).ownerships].filter(
    ({ userId, target }) => !deleted.has(userId) && (!isAmong(facts, target) || applications.has(target.id)),
  );
  if (callerId === null) return kept;
  const fresh = [...applications.keys()].filter((id) => !facts.users.has(applicationUserId(id)));
  return [...kept, ...fresh.map((id) => ({ userId: callerId, target: { type: 'APPLICATION', id } }))];
}

/** Tells whether a target is an application whose user is known, and which changes may be about. */
function isAmong({ users }: AccessFacts, { type, id }: TargetKey): boolean {
  return type === 'APPLICATION' && users.has(applicationUserId(id));
}
