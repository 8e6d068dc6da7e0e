import { type Explanation, explain } from '../../../access/answers/explain.ts';
import type { Access, AccessFacts } from '../../../access/facts/facts.ts';
import type { TargetKey } from '../../../access/facts/keys.ts';
import type { GraphContext } from '../context.ts';
import type { AccessDecision, AccessWarningCode } from '../generated/graphql.ts';
import { checkPermissions } from '../grants/rest.ts';
import { Gathering } from './facts-loader.ts';
import { hidesOrigin } from './warnings.ts';

/** Whether a user has an access to a target. */
export type Question = Pick<Explanation, 'userId' | 'target' | 'access'>;

/** An explanation, and what may be missing from it. */
export interface GatheredExplanation extends Explanation {
  /** What it was worked out from. */
  readonly facts: AccessFacts;
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/** Explains why a user has an access, or why not; null if there is no such user. */
export async function explanationOf(
  userId: string,
  target: TargetKey,
  access: Access,
  context: GraphContext,
): Promise<GatheredExplanation | null> {
  const gathering = new Gathering(context);
  const [exists] = await Promise.all([
    gathering.userItself(userId),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allOn(target),
  ]);
  if (!exists) return null;
  const facts = gathering.facts();
  const explanation = explain(facts, userId, target, access);
  const hidden = new Set<AccessWarningCode>();
  if (explanation.reaches.length === 0) {
    for (const code of gathering.hidden) hidden.add(code);
    if (hidesOrigin(target)) hidden.add('ORIGIN_HIDDEN');
  }
  return { ...explanation, facts, hidden };
}

/** Tells what an explanation comes to. */
export function decisionOf({ reaches }: Explanation): AccessDecision {
  return reaches.length > 0 ? 'ALLOW' : 'DENY';
}

/** Asks the installation whether a user has an access; null if there is no such user. */
export async function upstreamDecision(
  { userId, target, access }: Question,
  { authorization }: GraphContext,
): Promise<AccessDecision | null> {
  const allowed = await checkPermissions(authorization, userId, target);
  return allowed && (allowed.includes(access) ? 'ALLOW' : 'DENY');
}
