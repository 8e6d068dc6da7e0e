import { ACCESSES } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import { TARGET_TYPES } from '../facts/target-types.ts';
import type { PlannedChange } from './change.ts';

/** Kinds of definition that a group can get default access to (contract section 9). */
const DEFAULT_ACCESS_TYPES = ['WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE'];

/** A role that stands alone: REST refuses it beside others (contract section 3). */
export const STANDS_ALONE = 'USER_READ_ONLY';

/** Ids stand in paths, some two in one, which servers take up to some length: in characters, and percent-encoded. */
const LONGEST_ID = 1024;
const LONGEST_ENCODED = 4096;

/** Without the control characters of ASCII, which REST refuses; the others are text like any. */
const ONE_LINE = /^(?:\P{Cc}|[\u0080-\u009f])*$/u;

/** Text that can be seen, on one line. */
const VISIBLE = /^(?=.*\S)(?:\P{Cc}|[\u0080-\u009f])+$/u;

/** Names that a new role may have; under the excepted ones something else is found (contract sections 1 and 12). */
const ROLE_NAME = /^(?!(?:system|custom|permissions)$)[A-Za-z0-9_-]{1,255}$/;

/**
 * Says why a change cannot be written, whatever is there; null if it can. These are the rules of the authorization API for
 * what it is sent, here in one place for all who plan, foretell, propose or make changes.
 *
 * @param offered names of the permissions that roles may have; null where nobody told.
 */
export function faultOf(change: PlannedChange, offered: ReadonlySet<string> | null = null): string | null {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const { subject, target, access } = change;
      if (access.length === 0) return 'Name at least one access.';
      return (
        idFault(subject.type, subject.id) ??
        typeFault(target.type) ??
        idFault('target', target.id) ??
        accessFault(access)
      );
    }
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return idFault('group', change.groupId) ?? idFault('user', change.userId);
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      return idFault(change.holder.type, change.holder.id) ?? idFault('role', change.roleId);
    case 'SET_TAG':
      if (!VISIBLE.test(change.key))
        return 'The key of a tag must be text that can be seen, without control characters.';
      if (!ONE_LINE.test(change.value)) return 'The value of a tag must not hold control characters.';
      return idFault('application', change.applicationId);
    case 'REMOVE_TAG':
      if (change.key === '') return 'The key of a tag must not be empty.';
      return idFault('application', change.applicationId);
    case 'UPSERT_USER':
      return (
        personFault(change.id) ??
        blankFault('name', change.name) ??
        rolesFault(change.roleIds) ??
        firstFault(change.groupIds, (id) => idFault('group', id)) ??
        firstFault(change.contact, ([kind]) =>
          kind === '__proto__' ? 'A kind of contact must not be called __proto__.' : null,
        )
      );
    case 'UPSERT_GROUP':
      return (
        idFault('group', change.id) ??
        blankFault('description', change.description) ??
        rolesFault(change.roleIds) ??
        firstFault(change.defaultAccess, ({ targetType, access }) =>
          DEFAULT_ACCESS_TYPES.includes(targetType)
            ? accessFault(access)
            : `Default access must be to one of ${DEFAULT_ACCESS_TYPES.join(', ')}, not ${targetType}.`,
        )
      );
    case 'UPSERT_ROLE':
      return (
        idFault('role', change.id) ??
        firstFault(change.permissions, (name) =>
          offered && !offered.has(name)
            ? `There is no permission ${name}: permissionCatalog lists what there is.`
            : null,
        )
      );
    case 'CREATE_APPLICATION':
      return blankFault('name', change.name);
    case 'RENAME_APPLICATION':
      return idFault('application', change.id) ?? blankFault('name', change.name);
    case 'DELETE_USER':
      return personFault(change.id);
    case 'DELETE_GROUP':
      return idFault('group', change.id);
    case 'DELETE_ROLE':
      return idFault('role', change.id);
    case 'DELETE_APPLICATION':
      return idFault('application', change.id);
  }
}

/** Says why a role cannot be made under a name; null if it can. */
export function newRoleFault(id: string): string | null {
  if (ROLE_NAME.test(id)) return null;
  return `A new role has up to 255 letters, digits, _ and - as its id, and is none of system, custom and permissions: ${id} will not do.`;
}

/** Says why somebody cannot hold roles beside each other; null if it can. */
export function mixFault(roleIds: readonly string[]): string | null {
  const isMixed = roleIds.includes(STANDS_ALONE) && new Set(roleIds).size > 1;
  return isMixed ? `${STANDS_ALONE} cannot stand beside another role (${roleIds.join(', ')}).` : null;
}

function rolesFault(roleIds: readonly string[] | null): string | null {
  return firstFault(roleIds, (id) => idFault('role', id)) ?? mixFault(roleIds ?? []);
}

/** The users of applications are written through their applications (contract section 8). */
function personFault(id: string): string | null {
  if (id.startsWith('app:')) return `User ${id} belongs to an application: change the application.`;
  return idFault('user', id);
}

function idFault(what: SubjectKey['type'] | string, id: string): string | null {
  const of = `The id of the ${what.toLowerCase()}`;
  if (!VISIBLE.test(id)) return `${of} must be text that can be seen, without control characters.`;
  if (id === '.' || id === '..') return `${of} must not be ${id}.`;
  if (!id.isWellFormed()) return `${of} is not well-formed Unicode.`;
  const isLong = id.length > LONGEST_ID || encodeURIComponent(id).length > LONGEST_ENCODED;
  return isLong ? `${of} is too long: take at most ${LONGEST_ID} characters.` : null;
}

function typeFault(type: string): string | null {
  if (TARGET_TYPES.some((known) => known === type)) return null;
  return `There is no kind of target ${type} that can be written: it must be one of ${TARGET_TYPES.join(', ')}.`;
}

function accessFault(access: readonly string[]): string | null {
  const unknown = access.find((word) => !ACCESSES.some((known) => known === word));
  return unknown === undefined ? null : `Access must be one of ${ACCESSES.join(', ')}, not ${unknown}.`;
}

function blankFault(what: string, text: string | null): string | null {
  if (text === null || /\S/.test(text)) return null;
  return `The ${what} must hold more than blanks.`;
}

function firstFault<T>(all: readonly T[] | null, fault: (one: T) => string | null): string | null {
  for (const one of all ?? []) {
    const message = fault(one);
    if (message !== null) return message;
  }
  return null;
}
