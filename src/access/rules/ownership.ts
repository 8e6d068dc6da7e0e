import type { Reach } from '../facts/access-path.ts';
import { ACCESSES, type AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';

/**
 * Who created an application has every access to it, without a grant (contract section 3). Who created a definition has
 * a grant (section 25).
 */
export function ownership(facts: AccessFacts, { type, id }: SubjectKey): Reach[] {
  if (type !== 'USER') return [];
  return (facts.owned.get(id) ?? []).map((target) => ({
    scope: { kind: 'TARGET', target },
    access: ACCESSES,
    path: [{ kind: 'OWNERSHIP', userId: id, target }],
  }));
}
