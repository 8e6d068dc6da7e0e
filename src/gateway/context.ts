import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { AnsweredChanges } from './access-changes/answered.ts';
import type { Changes } from './changes/changes.ts';
import { Loaders } from './loaders.ts';
import type { ObservedOperation } from './observation/observed-operation.ts';
import type { Caller } from './rate-limit/caller.ts';
import type { RestClient } from './upstream/client.ts';
import type { UpstreamError } from './upstream/errors/upstream-error.ts';
import type { OperationRest } from './upstream/operation.ts';

/** Takes a subscription that is ready to be executed; what it gives back are the errors that kept it from opening. */
export type OpenStream = (args: ExecutionArgs) => Promise<ExecutionResult>;

/**
 * What the resolvers of one operation work with. Nothing in it outlives the operation, so no caller ever sees what
 * was read for another.
 */
export interface OperationContext {
  /** Names the operation in the log and in every error. */
  readonly requestId: string;
  /** The authorization API, with the caller's credential. */
  readonly authorization: RestClient;
  /** The role-workflow engine, with the caller's credential. */
  readonly workflowEngine: RestClient;
  readonly loaders: Loaders;
  /** What is wrong with what was read, and no field can tell: items that had to be left out of their lists. */
  readonly reported: ReadonlySet<UpstreamError>;
  /** What the operation may still use of its REST calls and its time. */
  readonly left: () => OperationRest;
  /** Names the caller by its whole credential, for what is kept between operations. */
  readonly callerKey: () => Promise<string>;
  /** The answers of lists of changes by key, of all callers. */
  readonly answeredChanges: AnsweredChanges;
  /** Opens the stream of a subscription; null where the client asked in a way in which no stream can be answered. */
  readonly openStream: OpenStream | null;
  /** Who is told what the operation takes; undefined if nobody looks. */
  readonly observed?: ObservedOperation | undefined;
  /** Whoever asked. */
  readonly caller: Caller;
  /** Counts an attempt to sign in. Throws where there were too many. */
  readonly countSignIn: () => Promise<void>;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** The journal of changes; null where none is kept. */
  readonly changes: Changes | null;
  /** Tells whose rights the operation has at the authorization API, as its token says; null where it says nothing. */
  readonly actor: () => Promise<string | null>;
  /**
   * Makes a context for what is still to be done for the operation when its budget or its time may be used up: of the same
   * caller, with loaders, budget and deadline of its own.
   *
   * @param whenClientLeaves registers what to do when nobody waits for it any more.
   */
  readonly next: (whenClientLeaves: (leave: () => void) => void) => OperationContext;
}

/** Makes the context of one operation. */
export function createContext(parts: Omit<OperationContext, 'loaders'>): OperationContext {
  return { ...parts, loaders: new Loaders(parts.authorization, parts.workflowEngine) };
}
