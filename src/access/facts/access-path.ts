import type { Access, AccessFacts } from './facts.ts';
import type { SubjectKey } from './keys.ts';
import type { Path } from './link.ts';
import type { Scope } from './scope.ts';

/** What one path gives: some accesses to one scope. */
export interface Reach {
  readonly scope: Scope;
  readonly access: readonly Access[];
  readonly path: Path;
}

/** A rule by which a subject has access itself, without its groups and roles. */
export type Rule = (facts: AccessFacts, subject: SubjectKey) => Reach[];
