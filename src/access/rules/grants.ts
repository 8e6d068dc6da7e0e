import type { Reach } from '../facts/access-path.ts';
import { type AccessFacts, keyOf } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import type { GrantLink } from '../facts/link.ts';

/**
 * A grant gives its accesses to its target (contract section 11). One on the target `TAG key:value` also gives them to
 * all that bears the tag (section 8: "an entry that came through a tag").
 */
export function grants(facts: AccessFacts, subject: SubjectKey): Reach[] {
  return (facts.grants.get(keyOf(subject)) ?? []).flatMap((grant) => {
    const { target, access } = grant;
    const link: GrantLink = { kind: 'GRANT', grant };
    const tag = target.type === 'TAG' ? target.id : null;
    const bearers = tag === null ? [] : (facts.bearers.get(tag) ?? []);
    return [
      { scope: { kind: 'TARGET', target }, access, path: [link] },
      ...bearers.map(
        (bearer): Reach => ({
          scope: { kind: 'TARGET', target: bearer.target },
          access,
          path: [link, { kind: 'TAG', ...bearer }],
        }),
      ),
    ];
  });
}
