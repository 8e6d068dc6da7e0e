import { HttpError } from '../errors/http-error.ts';
import { parseBody } from '../reading/answer.ts';
import type { Read } from '../reading/read.ts';
import type { ReadCosts } from '../reading/read-costs.ts';
import type { MethodOf, WriteClass } from '../resilience/call-class.ts';
import type { Guard } from '../resilience/guard.ts';
import type { Upstream } from '../upstream.ts';
import { byAndBy } from './at-once.ts';
import type { CallObserver } from './call-observer.ts';
import { CallSender } from './call-sender.ts';
import type { Credential, SignedHeaders } from './credential.ts';
import type { Batch } from './observed-call.ts';
import type { OpenCall } from './open-call.ts';
import type { Operation } from './operation.ts';
import type { RestPath } from './path.ts';
import { Signature } from './signature.ts';
import type { UnsignedCall } from './unsigned-call.ts';

/** One upstream as one operation sees it: with its caller's credential, its deadline and its budget. */
export class RestClient {
  readonly #upstream: Upstream;
  readonly #operation: Operation;
  readonly #credential: Credential;
  readonly #observed: CallObserver | undefined;
  readonly #sender: CallSender;
  /** Answers by question, so that nothing is read twice. */
  readonly #reads = new Map<string, Promise<unknown>>();
  /** The signature used last. */
  #signature: Signature | undefined;
  #batch: Batch | undefined;

  /** @param observed told of each call; undefined if nobody looks. */
  constructor(upstream: Upstream, operation: Operation, credential: Credential, observed?: CallObserver) {
    this.#upstream = upstream;
    this.#operation = operation;
    this.#credential = credential;
    this.#observed = observed;
    this.#sender = new CallSender(upstream, operation, observed);
    operation.onWrite(() => this.#reads.clear());
    operation.onWrite(upstream.sharedReads.barrier);
  }

  /** What protects the upstream's calls from its failing; shared by all operations. */
  get guard(): Guard {
    return this.#upstream.guard;
  }

  /** What reading records by their lists and one by one costs; shared by all operations. */
  get readCosts(): ReadCosts {
    return this.#upstream.readCosts;
  }

  /**
   * Reads a path, at most once in the operation as long as nothing is written.
   * @throws {UpstreamError} for everything but success.
   */
  get<T>(path: RestPath, read: Read<T>): Promise<T> {
    return this.#readOnce(this.#getOf(path), read);
  }

  /**
   * Like `get`, for a call that not every server has. One that said so (404, 405) is not asked again for ten minutes.
   * @throws {UpstreamError} for everything but success.
   */
  async getOptional<T>(path: RestPath, read: Read<T>): Promise<T> {
    const { missingCalls } = this.#upstream;
    const refusal = missingCalls.refusalOf(path.route);
    if (refusal) throw refusal;
    try {
      return await this.get(path, read);
    } catch (error) {
      if (error instanceof HttpError && (error.status === 404 || error.status === 405)) {
        missingCalls.note(path.route, error);
      }
      throw error;
    }
  }

  /**
   * Like `get`, but null where the upstream says that there is no such thing (404).
   * @throws {UpstreamError} for everything else.
   */
  find<T>(path: RestPath, read: Read<T>): Promise<T | null> {
    return this.get(path, read).catch(nullIfNotFound);
  }

  /** Like `find`, but past what was read before or for others: for what decides whether to write. */
  findNow<T>(path: RestPath, read: Read<T>): Promise<T | null> {
    return this.#signedIn('read', (signature) =>
      this.#sender.sendRead(this.#getOf(path), path.text, signature, read),
    ).catch(nullIfNotFound);
  }

  /** Like `get`, for a read whose question is too long for a path and goes into the body of a POST. */
  ask<T>(path: RestPath, read: Read<T>, question: unknown): Promise<T> {
    const body = JSON.stringify(question);
    return this.#readOnce({ method: 'POST', path, body, kind: 'read', batch: this.#batch }, read);
  }

  /**
   * Changes something. Whether it is sent again when its answer does not come is said by its class, and it always is
   * when it was refused for an expired token. What was read before, here or from another upstream, is forgotten, whether the write succeeded or not.
   *
   * @param body anything that JSON can say; left out for calls without a body.
   * @throws {OutcomeUnknownError} if it may have been done.
   * @throws {UpstreamError} for everything else but success; then it was not done.
   */
  async write<T, C extends WriteClass>(
    callClass: C,
    method: MethodOf[C],
    path: RestPath,
    read: Read<T>,
    body?: unknown,
  ): Promise<T> {
    const text = body === undefined ? null : JSON.stringify(body);
    try {
      return await this.#signedIn('write', (signature) =>
        this.#sender.send(callClass, { method, path, body: text, kind: 'write' }, signature, (answer) =>
          read(parseBody(answer)),
        ),
      );
    } finally {
      await this.#operation.wrote();
    }
  }

  /**
   * Reads something for each of many things: all at once, or by and by where it is long work.
   *
   * @returns what was read for each, in their order; fails with what the first failure was.
   */
  async forEach<T, R>(things: readonly T[], read: (thing: T) => Promise<R>): Promise<R[]> {
    const operation = this.#operation;
    if (!operation.isLongWork) return Promise.all(things.map(read));
    let announced = things.length;
    operation.announce(announced);
    const readNext = (thing: T) => {
      operation.announce(-1);
      announced -= 1;
      return read(thing);
    };
    const { places } = this.guard.longWork.queue;
    return byAndBy(things, places, readNext).finally(() => operation.announce(-announced));
  }

  /** Marks the reads which begin while `start` runs as those of a batch, and tells observers of it. */
  inBatch<T>(batch: Batch, start: () => Promise<T>): Promise<T> {
    const observed = this.#observed;
    observed?.batchRead(batch);
    this.#batch = batch;
    try {
      const answer = start();
      return observed ? answer.finally(() => observed.batchAnswered(batch)) : answer;
    } finally {
      this.#batch = undefined;
    }
  }

  /** Registers something to be told when what was read may no longer hold. */
  onWrite(forget: () => void): void {
    this.#operation.onWrite(forget);
  }

  #getOf(path: RestPath): UnsignedCall {
    return { method: 'GET', path, body: null, kind: 'read', batch: this.#batch };
  }

  #readOnce<T>(call: UnsignedCall, read: Read<T>): Promise<T> {
    const question = call.body === null ? call.path.text : `${call.path} ${call.body}`;
    const known = this.#reads.get(question);
    if (known) return known as Promise<T>;
    const reading = this.#signedIn('read', (signature) =>
      this.#sender.joinRead(call, question, signature, read),
    );
    this.#reads.set(question, reading);
    return reading;
  }

  /** Runs one call as the caller, and once more if the credential can be renewed after it was refused. */
  #signedIn<T>(kind: UnsignedCall['kind'], start: (signature: Signature) => OpenCall<T>): Promise<T> {
    const signed = this.#credential.headers();
    if (!(signed instanceof Promise)) return this.#signedAs(signed, kind, start);
    const inTime = this.#operation.within(this.#upstream.name, signed);
    return inTime.then((headers) => this.#signedAs(headers, kind, start));
  }

  #signedAs<T>(
    signed: SignedHeaders,
    kind: UnsignedCall['kind'],
    start: (signature: Signature) => OpenCall<T>,
  ): Promise<T> {
    const answer = this.#run(signed, kind, start);
    if (!this.#credential.renew) return answer;
    return answer.catch(async (error: unknown) => {
      if (!(error instanceof HttpError && error.code === 'UNAUTHENTICATED')) throw error;
      if (!(await this.#inTime(this.#credential.renew?.(signed, error)))) throw error;
      return this.#run(await this.#inTime(this.#credential.headers()), kind, start);
    });
  }

  #run<T>(
    signed: SignedHeaders,
    kind: UnsignedCall['kind'],
    start: (signature: Signature) => OpenCall<T>,
  ): Promise<T> {
    return this.#operation.run(this.#upstream.name, kind, () => {
      this.#operation.spend();
      if (this.#signature?.signed !== signed) this.#signature = new Signature(signed);
      return start(this.#signature);
    });
  }

  /** Signing in serves all operations, and does not end with this one. */
  #inTime<T>(value: T | Promise<T>): T | Promise<T> {
    return value instanceof Promise ? this.#operation.within(this.#upstream.name, value) : value;
  }
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof HttpError && error.status === 404) return null;
  throw error;
}
