import type { SubjectInput } from '../generated/graphql.ts';
import { badUserInput } from '../kit/errors.ts';
import { groupRef, roleRef, type SubjectRef, userRef } from '../references.ts';
import type { SubjectKey, SubjectType } from './rest.ts';

const REFER = { USER: userRef, GROUP: groupRef, ROLE: roleRef };
const TYPES = { User: 'USER', Group: 'GROUP', Role: 'ROLE' } as const satisfies Record<string, SubjectType>;

/** Links to the subject of a grant. */
export function subjectRef({ type, id }: SubjectKey): SubjectRef {
  return REFER[type](id);
}

/** Names a subject as grants do. */
export function subjectKey({ __typename, id }: SubjectRef): SubjectKey {
  return { type: TYPES[__typename], id };
}

/** Links to the subject that an input names. `@oneOf` sees to it that there is exactly one. */
export function subjectOf({ user, group, role }: SubjectInput): SubjectRef {
  if (user) return userRef(user);
  if (group) return groupRef(group);
  if (role) return roleRef(role);
  throw badUserInput('The id of the subject is empty.');
}
