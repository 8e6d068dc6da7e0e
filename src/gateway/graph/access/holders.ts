import { type Holder, whoCan } from '../../../access/answers/who-can.ts';
import type { Access, AccessFacts } from '../../../access/facts/facts.ts';
import type { TargetKey } from '../../../access/facts/keys.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { type Connection, type PageArguments, pageOf } from '../kit/connection.ts';
import { isApplicationUserId } from '../users/rest.ts';
import { Gathering } from './facts-loader.ts';
import { hidesOrigin } from './warnings.ts';

/** Everybody who has an access, and what may be missing. */
export interface Holders {
  readonly target: TargetKey;
  readonly access: Access;
  readonly all: readonly Holder[];
  /** What the answer was worked out from. */
  readonly facts: AccessFacts;
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/** The kinds of holders, each of which has its own list. */
export type HolderKind = 'people' | 'applications' | 'groups' | 'roles';

/** Finds everybody who has an access to a target: three lists, and what was granted on the target. */
export async function holdersOf(target: TargetKey, access: Access, context: GraphContext): Promise<Holders> {
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allOn(target),
  ]);
  const facts = gathering.facts();
  const hidden = new Set(gathering.hidden);
  if (hidesOrigin(target)) hidden.add('ORIGIN_HIDDEN');
  return { target, access, all: whoCan(facts, target, access), facts, hidden };
}

/** Cuts a page out of the holders of one kind. */
export function holderPage({ all }: Holders, kind: HolderKind, page: PageArguments): Connection<Holder> {
  const ofKind = all.filter((holder) => kindOf(holder) === kind);
  const keyed = ofKind.map((holder) => ({ id: holder.subject.id, holder }));
  return pageOf(keyed, page, ({ holder }) => holder);
}

function kindOf({ subject: { type, id } }: Holder): HolderKind {
  if (type === 'GROUP') return 'groups';
  if (type === 'ROLE') return 'roles';
  return isApplicationUserId(id) ? 'applications' : 'people';
}
