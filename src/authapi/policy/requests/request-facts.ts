import type { AccessRequest } from './access-request.ts';
import type { RequestAction, UserSnapshot } from './role-workflow.ts';

/** What has to be known of the world before the rules can speak. */
export interface RequestFacts {
  readonly actor: UserSnapshot;
  /** Ids of the roles that the actor holds now, itself and through groups. */
  readonly roleIds: ReadonlySet<string>;
  readonly isAdmin: boolean;
  /** Ids of the users of the request that are in the same hands as the actor, which is one of them if it takes part. */
  readonly sameHands: ReadonlySet<string>;
  /** Why the role cannot be given to (or taken from) the target user now, e.g. because one of them is gone. */
  readonly obstacle: string | null;
}

/** The request after an event, null when it is gone, and what is to be done with the role, in the same transaction. */
export interface Outcome {
  readonly request: AccessRequest | null;
  readonly effect: RequestAction | null;
}
