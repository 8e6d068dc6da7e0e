import type { CallerKey } from '../credentials/caller-key.ts';
import type { RestClient } from '../upstream/client/client.ts';
import type { OperationRest } from '../upstream/client/operation.ts';
import type { IdempotencyStore } from './bulk-changes/idempotency-store.ts';
import type { MutationApplyAccessChangesArgs } from './generated/graphql.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers work with in one operation. Nothing in it outlives the operation. */
export interface GraphContext {
  /** The authorization API, with the caller's credential. */
  readonly authorization: RestClient;
  /** The role-workflow engine, with the caller's credential. */
  readonly workflowEngine: RestClient;
  /** The authorization API for signing in, which takes no token. */
  readonly signIn: RestClient;
  readonly loaders: Loaders;
  /** The answers of lists of changes by key, of all callers. */
  readonly idempotencyStore: IdempotencyStore;
  /** The time in epoch milliseconds. */
  now(): number;
  /** What the operation may still use of its REST calls and its time. */
  left(): OperationRest;
  /** Gives the operation the bounds of long work, and only the share of connections that all long work has. */
  beginLongWork(): void;
  /** Names the caller by its whole credential, for what is kept between operations. */
  callerKey(): CallerKey;
  /** Tells whose rights the operation has at the authorization API, as its token says; null where it says nothing. */
  actor(): Promise<string | null>;
  /** Counts an attempt to sign in. Throws where there were too many. */
  countSignIn(): Promise<void>;
  /** Makes a list of changes, and journals what it changed before its answer is given. */
  journaled<P>(args: JournaledArgs, write: () => Promise<P>): Promise<P>;
}

/** The list of changes that is to be journaled. */
export type JournaledArgs = Pick<MutationApplyAccessChangesArgs, 'items' | 'dryRun'>;
