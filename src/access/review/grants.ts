import { reachesTo } from '../answers/access-paths.ts';
import { type AccessFacts, keyOf } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import { type Finder, type Finding, finding } from './finding.ts';

/** Types of targets of which it is known whether they exist. */
const KNOWN_TYPES = new Set(['APPLICATION', 'USER', 'GROUP', 'ROLE', 'AUTH_CONFIG']);

/** Finds grants to users, groups and roles that do not exist: whoever is made under that name will have them. */
export const danglingSubjects: Finder = ({ access }) =>
  grantsOf(access).flatMap(({ subject, target, access: granted }) =>
    exists(access, subject) ? [] : [finding('DANGLING_SUBJECT', { subject, target, access: granted })],
  );

/** Finds grants on applications, users, groups, roles and gateway configurations that do not exist. */
export const danglingTargets: Finder = ({ access, existing }) =>
  grantsOf(access).flatMap(({ subject, target, access: granted }) =>
    KNOWN_TYPES.has(target.type) && !existing.has(keyOf(target))
      ? [finding('DANGLING_TARGET', { subject, target, access: granted })]
      : [],
  );

/** Finds grants to users of which a group of theirs gives everything too. */
export const redundantGrants: Finder = ({ access }) =>
  grantsOf(access).flatMap(({ subject, target, access: granted }): Finding[] => {
    if (subject.type !== 'USER' || !exists(access, subject)) return [];
    const throughGroups = granted.map((one) =>
      reachesTo(access, subject, target, one).filter(({ path }) => path[0]?.kind === 'MEMBERSHIP'),
    );
    if (throughGroups.some((reaches) => reaches.length === 0)) return [];
    const reaches = [
      ...new Map(throughGroups.flat().map((reach) => [JSON.stringify(reach.path), reach])).values(),
    ];
    return [finding('REDUNDANT_GRANT', { subject, target, access: granted, reaches })];
  });

function grantsOf({ grants }: AccessFacts) {
  return [...grants.values()].flat();
}

function exists({ users, groups, roles }: AccessFacts, { type, id }: SubjectKey): boolean {
  return { USER: users, GROUP: groups, ROLE: roles }[type].has(id);
}
