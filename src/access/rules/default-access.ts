import type { Reach } from '../facts/access-path.ts';
import type { AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';

/**
 * A group gets its default access to the definitions that its members create from now on (contract section 9). To those
 * that are there it was given as a grant (section 25), so the rule gives a scope of its own and no single targets.
 */
export function defaultAccess(facts: AccessFacts, { type, id }: SubjectKey): Reach[] {
  if (type !== 'GROUP') return [];
  return (facts.groups.get(id)?.defaultAccess ?? [])
    .filter(({ access }) => access.length > 0)
    .map(({ targetType, access }) => ({
      scope: { kind: 'CREATED_BY_MEMBERS', targetType, groupId: id },
      access,
      path: [{ kind: 'DEFAULT_ACCESS', groupId: id, targetType }],
    }));
}
