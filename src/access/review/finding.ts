import type { Reach } from '../facts/access-path.ts';
import type { Access, AccessFacts } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';

/** Kinds of findings, in the order in which a review lists them. */
export const FINDING_KINDS = [
  'ADMINISTRATOR',
  'PRIVILEGED_APPLICATION',
  'ORPHANED_APPLICATION',
  'DANGLING_SUBJECT',
  'DANGLING_TARGET',
  'REDUNDANT_GRANT',
  'TAGGABLE_BY',
  'EMPTY_GROUP',
  'OLD_ACCESS_KEY',
  'INACTIVE_ACCESS_KEY',
  'ORPHANED_ACCESS_KEY',
  'ENDING_ROLE',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Something that whoever reviews access should look at. What does not apply to its kind is null, or empty. */
export interface Finding {
  readonly kind: FindingKind;
  /** Whom it is about; for an application or its key, the user that it acts as. */
  readonly subject: SubjectKey;
  readonly target: TargetKey | null;
  readonly access: readonly Access[];
  readonly roleId: string | null;
  readonly key: KeyFact | null;
  /** Tags, as `key:value`, that would open the target. */
  readonly tags: readonly string[];
  /** When a key was made, or a role ends. */
  readonly at: Date | null;
  /** Why it is so: what makes somebody an administrator or lets it tag, or what else gives what a grant gives. */
  readonly reaches: readonly Reach[];
}

/** A key that an application signs in with (contract section 7). */
export interface KeyFact {
  readonly id: string;
  readonly applicationId: string;
  readonly isActive: boolean;
  readonly createdAt: Date | null;
}

/** A role that a user holds until some time (contract section 19). */
export interface EndingRoleFact {
  readonly userId: string;
  readonly roleId: string;
  readonly end: Date;
}

/** All that a review looks at. */
export interface ReviewFacts {
  readonly access: AccessFacts;
  /** Every target of a type that this graph holds records of, by `keyOf`. */
  readonly existing: ReadonlySet<string>;
  readonly keys: readonly KeyFact[];
  readonly endingRoles: readonly EndingRoleFact[];
  /** Active keys made before this are old. */
  readonly keysOldBefore: Date;
  /** Roles that end before this are worth a look. */
  readonly rolesEndingBefore: Date;
}

/** A way to find one kind of thing. */
export type Finder = (facts: ReviewFacts) => Finding[];

/** Makes a finding out of what applies to its kind. */
export function finding(
  kind: FindingKind,
  parts: Partial<Omit<Finding, 'kind'>> & Pick<Finding, 'subject'>,
): Finding {
  return {
    kind,
    target: null,
    access: [],
    roleId: null,
    key: null,
    tags: [],
    at: null,
    reaches: [],
    ...parts,
  };
}
