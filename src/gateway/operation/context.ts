import { captureChanges } from '../changes/capture/capture-changes.ts';
import { listCapture } from '../changes/capture/list-capture.ts';
import type { Changes } from '../changes/changes.ts';
import { actorOf } from '../credentials/actor.ts';
import { UNSIGNED } from '../credentials/caller.ts';
import { type CallerKey, callerKey } from '../credentials/caller-key.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { IdempotencyStore } from '../graph/bulk-changes/idempotency-store.ts';
import type { GraphContext, JournaledArgs } from '../graph/context.ts';
import { Loaders } from '../graph/loaders.ts';
import { RestClient } from '../upstream/client/client.ts';
import { Operation, type OperationLimits, type OperationRest } from '../upstream/client/operation.ts';
import type { UpstreamError } from '../upstream/errors/upstream-error.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { Caller } from './admission/rate-limit/caller.ts';
import type { PointLimit } from './admission/rate-limit/point-limit.ts';
import { countSignIn } from './admission/rate-limit/sign-ins.ts';
import type { Observation } from './observation/observation.ts';
import type { ObservedOperation } from './observation/observed-operation.ts';
import type { OpenStream, OperationRequest } from './operation-request.ts';
import { isBackground } from './priority.ts';

/** What all operations of one gateway share. */
export interface SharedParts {
  readonly limits: OperationLimits;
  readonly authorizationApi: Upstream;
  readonly workflowEngine: Upstream;
  readonly credentials: Credentials;
  readonly observation: Observation;
  /** The answers of lists of changes by key, of all callers. */
  readonly idempotencyStore: IdempotencyStore;
  /** The journal of changes; null where none is kept. */
  readonly changes: Changes | null;
  /** Counts attempts to sign in. */
  readonly signIns: PointLimit;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** Told when something was written; it may put off the answer to the write. */
  readonly wrote: () => Promise<void> | void;
}

/**
 * What the resolvers of one operation work with. Nothing in it outlives the operation, so no caller ever sees what
 * was read for another. Most is made when it is first asked for, since most operations need little of it.
 */
// Apollo Server executes operations with a copy, which members with `#` would not survive.
export class OperationContext implements GraphContext {
  /** Names the operation in the log and in every error. */
  readonly requestId: string;
  /** Whoever asked. */
  readonly caller: Caller;
  /** Who is told what the operation takes; undefined if nobody looks. */
  readonly observed: ObservedOperation | undefined;
  /** Whether the plan of the operation has failed: graphql-js is to execute it. */
  planFailed = false;
  private readonly shared: SharedParts;
  private readonly request: OperationRequest;
  private readonly operation: Operation;
  private authorizationClient: RestClient | undefined;
  private workflowClient: RestClient | undefined;
  private signInClient: RestClient | undefined;
  private loadersMade: Loaders | undefined;

  /** @param observed told what it takes; undefined if nobody looks. */
  constructor(
    shared: SharedParts,
    request: OperationRequest,
    observed: ObservedOperation | undefined = shared.observation.start(request),
  ) {
    this.shared = shared;
    this.request = request;
    this.requestId = request.id;
    this.caller = new Caller(request.credential, request.address);
    this.observed = observed;
    this.operation = new Operation(shared.limits, request.whenClientLeaves, request.moment);
    this.operation.onWrite(shared.wrote);
    if (!request.streamWork && isBackground(request.headers)) this.operation.slowDown();
  }

  /** The authorization API, with the caller's credential. */
  get authorization(): RestClient {
    const { authorizationApi, credentials } = this.shared;
    this.authorizationClient ??= new RestClient(
      authorizationApi,
      this.operation,
      credentials.authorization(this.request.credential),
      this.observed,
    );
    return this.authorizationClient;
  }

  /** The role-workflow engine, with the caller's credential. */
  get workflowEngine(): RestClient {
    const { workflowEngine, credentials } = this.shared;
    this.workflowClient ??= new RestClient(
      workflowEngine,
      this.operation,
      credentials.workflowEngine(this.request.credential),
      this.observed,
    );
    return this.workflowClient;
  }

  /** The authorization API for signing in, which takes no token: whether one holds that came along is not the question. */
  get signIn(): RestClient {
    this.signInClient ??= new RestClient(
      this.shared.authorizationApi,
      this.operation,
      UNSIGNED,
      this.observed,
    );
    return this.signInClient;
  }

  get loaders(): Loaders {
    this.loadersMade ??= new Loaders(this);
    return this.loadersMade;
  }

  /** What is wrong with what was read, and no field can tell: items that had to be left out of their lists. */
  get reported(): ReadonlySet<UpstreamError> {
    return this.operation.reported;
  }

  /** Opens the stream of a subscription; null where the client asked in a way in which no stream can be answered. */
  get openStream(): OpenStream | null {
    return this.request.openStream ?? null;
  }

  /** The answers of lists of changes by key, of all callers. */
  get idempotencyStore(): IdempotencyStore {
    return this.shared.idempotencyStore;
  }

  /** The journal of changes; null where none is kept. */
  get changes(): Changes | null {
    return this.shared.changes;
  }

  /** The time in epoch milliseconds. */
  now(): number {
    return this.shared.now();
  }

  /** What the operation may still use of its REST calls and its time. */
  left(): OperationRest {
    return this.operation.left();
  }

  /** Goes on as long work: with calls and time of its own bounds, and within the share that all long work has. */
  beginLongWork(): void {
    this.operation.beginLongWork();
    this.request.onLongWork?.(() => this.operation.progress);
  }

  /** Names the caller by its whole credential, for what is kept between operations. */
  callerKey(): CallerKey {
    return callerKey(this.request.credential);
  }

  /** Tells whose rights the operation has at the authorization API, as its token says; null where it says nothing. */
  actor(): Promise<string | null> {
    return actorOf(this.shared.credentials.authorization(this.request.credential));
  }

  /** Counts an attempt to sign in. Throws where there were too many. */
  countSignIn(): Promise<void> {
    return countSignIn(this.shared.signIns, this.request.address);
  }

  /** Makes a list of changes, and journals what it changed before its answer is given. */
  journaled<P>(args: JournaledArgs, write: () => Promise<P>): Promise<P> {
    return captureChanges(listCapture, args, this, write);
  }

  /**
   * Makes a context for what is still to be done for the operation when its budget or its time may be used up: of the same
   * caller, with loaders, budget and deadline of its own.
   *
   * @param whenClientLeaves registers what to do when nobody waits for it any more.
   */
  next(whenClientLeaves: (leave: () => void) => void): OperationContext {
    return new OperationContext(this.shared, { ...this.request, whenClientLeaves }, this.observed);
  }
}
