import type { AccessFacts } from '../facts/facts.ts';
import type { Finding } from './finding.ts';
import { findingKey } from './review.ts';
import { applicationsOf, taggable } from './tagging.ts';

/** Finds who could open applications by tagging them in one state of a world and not in another, or not as far. */
export function newlyTaggable(before: AccessFacts, after: AccessFacts): Finding[] {
  const [now, then] = [before, after].map(
    (facts) =>
      new Map(taggable(facts, applicationsOf(facts)).map((finding) => [findingKey(finding), finding])),
  );
  return [...(then ?? [])].flatMap(([key, finding]) => {
    const known = now?.get(key);
    const opensMore =
      finding.access.some((access) => !known?.access.includes(access)) ||
      finding.tags.some((tag) => !known?.tags.includes(tag));
    return opensMore ? [finding] : [];
  });
}
