import { type Static, Type } from '@sinclair/typebox';
import { invalid } from '../api-error.ts';
import { FAULT } from '../http/schema-keywords.ts';
import {
  ACCESSES,
  SUBJECT_TYPES,
  type Subject,
  TARGET_TYPES,
  type Target,
  type TargetType,
} from '../policy/access.ts';
import type { Database } from '../store/database.ts';
import { listGrantsOf, listTagGrantsOf, type SubjectGrant, type TargetGrant } from '../store/grants.ts';
import { userIdOf } from '../store/users.ts';
import { Id } from './names.ts';
import { AccessName } from './permissions.ts';

const Reference = Type.Object({ type: Type.String(), id: Id });

/** A grant, as it is made and revoked. */
export const GrantBody = Type.Object({
  subject: Reference,
  target: Reference,
  access: Type.Array(AccessName, { minItems: 1, [FAULT]: 'must hold at least one access' }),
});

/** What a subject has on one target. */
export const Granted = Type.Object({
  target: Reference,
  access: Type.Array(AccessName),
  tag: Type.Optional(Type.String({ description: 'key:value where the access comes through a tag' })),
});

/** Who was granted what on a target: by access, or access by subject. */
export const GrantsOnTarget = Type.Union([
  Type.Record(AccessName, Type.Array(Reference), { description: 'groupBy=access' }),
  Type.Record(Type.String(), Type.Array(AccessName), {
    description: 'groupBy=subject; keys are <TYPE>:<id>',
  }),
]);

/** All that a subject was granted itself. */
export const GrantedAccess = Type.Object({ grantedAccess: Type.Array(Granted) });

/** Reads a subject; its type in any case, a user's id in any case (contract section 11). Throws 400. */
export function subjectOf(reference: Static<typeof Reference>, path: string): Subject {
  const type = SUBJECT_TYPES.find((known) => known === reference.type.toUpperCase());
  if (type === undefined) {
    throw invalid(`${path}/type`, `must be one of ${SUBJECT_TYPES.join(', ')}`, reference.type);
  }
  return { type, id: type === 'USER' ? userIdOf(reference.id) : reference.id };
}

/** Reads a target as subjects are read; SECRET is another word for SECRET_NAME. Throws 400. */
export function targetOf(reference: Static<typeof Reference>, path: string): Target {
  const type = targetTypeOf(reference.type, `${path}/type`);
  return { type, id: type === 'USER' ? userIdOf(reference.id) : reference.id };
}

/** Reads the type of a target in any case. Throws 400. */
export function targetTypeOf(text: string, path: string): TargetType {
  const wanted = text.toUpperCase() === 'SECRET' ? 'SECRET_NAME' : text.toUpperCase();
  const type = TARGET_TYPES.find((known) => known === wanted);
  if (type === undefined) throw invalid(path, `must be one of ${TARGET_TYPES.join(', ')}`, text);
  return type;
}

/** Writes what a subject was granted itself, then what reaches it through tags (contract section 8). */
export function grantedAccessAnswer(database: Database, subject: Subject): Static<typeof GrantedAccess> {
  const grants = [...listGrantsOf(database, subject), ...listTagGrantsOf(database, subject)];
  return { grantedAccess: grants.map(grantedAnswer) };
}

/** Writes one grant of a subject. */
export function grantedAnswer({ target, access, tag }: SubjectGrant): Static<typeof Granted> {
  return { target: { ...target }, access: [...access], ...(tag !== undefined && { tag }) };
}

/** Writes who holds each access to a target: all five keys always (contract section 11). */
export function byAccess(grants: readonly TargetGrant[]): Record<string, Subject[]> {
  return Object.fromEntries(
    ACCESSES.map((access) => [
      access,
      grants.filter((grant) => grant.access.includes(access)).map((grant) => grant.subject),
    ]),
  );
}

/** Writes what each subject has on a target, under the key `<TYPE>:<id>`. */
export function bySubject(grants: readonly TargetGrant[]): Record<string, TargetGrant['access']> {
  return Object.fromEntries(grants.map(({ subject, access }) => [`${subject.type}:${subject.id}`, access]));
}
