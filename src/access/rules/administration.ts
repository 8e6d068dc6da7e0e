import { ACCESSES, type AccessFacts } from '../facts.ts';
import type { SubjectKey } from '../keys.ts';
import type { Reach } from './reach.ts';

/** The role that may do everything (contract section 3). */
export const ADMIN = 'ADMIN';

/** ADMIN gives every access to everything (contract sections 3 and 8). */
export function administration(_: AccessFacts, { type, id }: SubjectKey): Reach[] {
  if (type !== 'ROLE' || id !== ADMIN) return [];
  return [
    { scope: { kind: 'EVERYTHING' }, access: ACCESSES, path: [{ kind: 'ADMINISTRATION', roleId: id }] },
  ];
}
