import type { Access, AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import type { Scope } from '../facts/scope.ts';
import type { Path } from './link.ts';

/** What one path gives: some accesses to one scope. */
export interface Reach {
  readonly scope: Scope;
  readonly access: readonly Access[];
  readonly path: Path;
}

/** A rule by which a subject has access itself, without its groups and roles. */
export type Rule = (facts: AccessFacts, subject: SubjectKey) => Reach[];
