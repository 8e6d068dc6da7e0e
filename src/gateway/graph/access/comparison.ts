import { align, type Likening } from '../../../access/answers/align.ts';
import { type Comparison, compare } from '../../../access/answers/compare.ts';
import type { SubjectKey } from '../../../access/facts/keys.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { Gathering } from './facts-loader.ts';
import { seesAllApplications } from './warnings.ts';

/** A comparison, what would make the second like the first, and what may be missing. */
export interface GatheredComparison extends Comparison {
  readonly likening: Likening;
  readonly subjects: readonly SubjectKey[];
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/** Compares what two subjects may do; null if one of them is not there. */
export async function comparisonOf(
  a: SubjectKey,
  b: SubjectKey,
  context: GraphContext,
): Promise<GatheredComparison | null> {
  const gathering = new Gathering(context);
  const exist = await Promise.all([gathering.allAbout(a), gathering.allAbout(b)]);
  if (exist.includes(false)) return null;
  const facts = gathering.facts();
  const likening = align(facts, a, b);
  return { ...compare(facts, a, b), likening, subjects: [a, b], hidden: gathering.hidden };
}

/** Lists what a comparison may lack. Whether the caller sees all applications takes a call. */
export async function hiddenFromComparison(
  { subjects, hidden }: GatheredComparison,
  context: GraphContext,
): Promise<Set<AccessWarningCode>> {
  const codes = new Set(hidden);
  if (subjects.some(({ type }) => type === 'USER')) codes.add('ORIGIN_HIDDEN');
  if (!(await seesAllApplications(context))) codes.add('APPLICATIONS_HIDDEN');
  return codes;
}
