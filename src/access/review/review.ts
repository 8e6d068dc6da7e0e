import { keyOf } from '../facts/facts.ts';
import { FINDING_KINDS, type Finder, type Finding, type FindingKind, type ReviewFacts } from './finding.ts';
import { danglingSubjects, danglingTargets, redundantGrants } from './grants.ts';
import { administrators, emptyGroups, endingRoles, privilegedApplications } from './holders.ts';
import { inactiveKeys, oldKeys } from './keys.ts';
import { orphanedApplications, orphanedKeys } from './orphans.ts';
import { taggableApplications } from './tagging.ts';

const FINDERS: Readonly<Record<FindingKind, Finder>> = {
  ADMINISTRATOR: administrators,
  PRIVILEGED_APPLICATION: privilegedApplications,
  ORPHANED_APPLICATION: orphanedApplications,
  DANGLING_SUBJECT: danglingSubjects,
  DANGLING_TARGET: danglingTargets,
  REDUNDANT_GRANT: redundantGrants,
  TAGGABLE_BY: taggableApplications,
  EMPTY_GROUP: emptyGroups,
  OLD_ACCESS_KEY: oldKeys,
  INACTIVE_ACCESS_KEY: inactiveKeys,
  ORPHANED_ACCESS_KEY: orphanedKeys,
  ENDING_ROLE: endingRoles,
};

/** Finds all that should be looked at, of some kinds; by kind, then by subject and target. */
export function review(facts: ReviewFacts, kinds: ReadonlySet<FindingKind>): Finding[] {
  return FINDING_KINDS.filter((kind) => kinds.has(kind)).flatMap((kind) =>
    FINDERS[kind](facts).sort((a, b) => (findingKey(a) < findingKey(b) ? -1 : 1)),
  );
}

/** Writes what a finding is about as one text, different for different findings; in the order of a review. */
export function findingKey({ kind, subject, target, roleId, key }: Finding): string {
  const place = String(FINDING_KINDS.indexOf(kind)).padStart(2, '0');
  const parts = [keyOf(subject), target && keyOf(target), roleId, key?.id];
  return JSON.stringify([place, ...parts.map((part) => part ?? '')]);
}
