import type { SubjectKey, TargetKey } from '../../graph/grants/rest.ts';
import type { ChangeKind, KeptRecord } from './records.ts';

/** Something whose changes are told. */
export interface EntityKey {
  readonly kind: ChangeKind;
  /** Unique among the things of its kind. */
  readonly id: string;
  /** Whose rights a change of it changes; null for kinds that are about none. */
  readonly subject: SubjectKey | null;
  readonly target: TargetKey | null;
}

/** A thing, and what there is of it at some moment. */
export interface Snapshot extends EntityKey {
  readonly record: KeptRecord;
}

/** One change of a thing. `before` and `after` are records of its kind. */
export interface Change extends EntityKey {
  readonly action: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly source: 'OBSERVED' | 'DETECTED';
  /** Id of the user who made it; null where that is not known. */
  readonly actor: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before: KeptRecord | null;
  readonly after: KeptRecord | null;
}

/** A change at its place in the journal. */
export interface JournaledChange extends Change {
  /** Places count up from 1. */
  readonly place: number;
}
