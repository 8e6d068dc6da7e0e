import type { Reach } from '../facts/access-path.ts';
import { ACCESSES, type AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';

/** The role that may do everything (contract section 3). */
export const ADMIN = 'ADMIN';

/** ADMIN gives every access to everything (contract sections 3 and 8). */
export function administration(_: AccessFacts, { type, id }: SubjectKey): Reach[] {
  if (type !== 'ROLE' || id !== ADMIN) return [];
  return [
    { scope: { kind: 'EVERYTHING' }, access: ACCESSES, path: [{ kind: 'ADMINISTRATION', roleId: id }] },
  ];
}
