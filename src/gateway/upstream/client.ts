import type { Batch, CallReason } from '../observation/observed-call.ts';
import type { ObservedOperation } from '../observation/observed-operation.ts';
import { parseBody } from './answer.ts';
import { type Credential, keyOf, type SignedHeaders } from './credential.ts';
import { HttpError } from './errors/http-error.ts';
import { isLongList } from './long-reads.ts';
import type { OpenCall } from './open-call.ts';
import type { Operation } from './operation.ts';
import type { RestPath } from './path.ts';
import type { Read } from './read.ts';
import { leftOutOf } from './readable-items.ts';
import type { CallClass, MethodOf, WriteClass } from './resilience/call-class.ts';
import type { Guard } from './resilience/guard.ts';
import { GuardedCall } from './resilience/guarded-call.ts';
import { headersOf, reasonOf, type UnsignedCall } from './unsigned-call.ts';
import type { RestAnswer, SentCall, Upstream } from './upstream.ts';

/** One upstream as one operation sees it: with its caller's credential, its deadline and its budget. */
export interface RestClient {
  /**
   * Reads a path, at most once in the operation as long as nothing is written.
   * @throws {UpstreamError} for everything but success.
   */
  get<T>(path: RestPath, read: Read<T>): Promise<T>;
  /**
   * Like `get`, but null where the upstream says that there is no such thing (404).
   * @throws {UpstreamError} for everything else.
   */
  find<T>(path: RestPath, read: Read<T>): Promise<T | null>;
  /** Like `find`, but past what was read before or for others: for what decides whether to write. */
  findNow<T>(path: RestPath, read: Read<T>): Promise<T | null>;
  /** Like `get`, for a read whose question is too long for a path and goes into the body of a POST. */
  ask<T>(path: RestPath, read: Read<T>, question: unknown): Promise<T>;
  /**
   * Changes something. Whether it is sent again when its answer does not come is said by its class, and it always is
   * when it was refused for an expired token. What was read before, here or from another upstream, is forgotten, whether the write succeeded or not.
   *
   * @param body anything that JSON can say; left out for calls without a body.
   * @throws {OutcomeUnknownError} if it may have been done.
   * @throws {UpstreamError} for everything else but success; then it was not done.
   */
  write<T, C extends WriteClass>(
    callClass: C,
    method: MethodOf[C],
    path: RestPath,
    read: Read<T>,
    body?: unknown,
  ): Promise<T>;
  /** Tells observers that the reads which begin while `start` runs are those of a batch. */
  inBatch<T>(batch: Batch, start: () => Promise<T>): Promise<T>;
  /** What protects the upstream's calls from its failing; shared by all operations. */
  readonly guard: Guard;
  /** How many records the list of each kind held when any caller last read it; shared by all operations. */
  readonly listLengths: Map<string, number>;
  /** Registers something to be told when what was read may no longer hold. */
  onWrite(forget: () => void): void;
}

/**
 * Binds an upstream to one operation and its caller.
 *
 * @param observed told of each call; undefined if nobody looks.
 */
export function createRestClient(
  upstream: Upstream,
  operation: Operation,
  credential: Credential,
  observed?: ObservedOperation,
): RestClient {
  let batch: Batch | undefined;
  const reads = new Map<string, Promise<unknown>>();
  operation.onWrite(() => reads.clear());

  operation.onWrite(upstream.sharedReads.barrier);

  /** Runs one call as the caller, and once more if the credential can be renewed after it was refused. */
  async function signedIn<T>(
    kind: 'read' | 'write',
    start: (signed: SignedHeaders) => OpenCall<T>,
  ): Promise<T> {
    const run = (signed: SignedHeaders) => {
      operation.spend();
      return operation.run(upstream.name, kind, () => start(signed));
    };
    const signed = await inTime(credential.headers());
    try {
      return noting(await run(signed));
    } catch (error) {
      const refused = error instanceof HttpError && error.code === 'UNAUTHENTICATED';
      if (!refused || !(await inTime(credential.renew(signed)))) throw error;
      return noting(await run(await inTime(credential.headers())));
    }
  }

  /** Lets the operation tell what a model has to do without. */
  function noting<T>(model: T): T {
    const leftOut = leftOutOf(model);
    if (leftOut) operation.report(leftOut);
    return model;
  }

  /** Signing in serves all operations, and does not end with this one. */
  function inTime<T>(value: T | Promise<T>): T | Promise<T> {
    return value instanceof Promise ? operation.within(upstream.name, value) : value;
  }

  function send<T>(
    callClass: CallClass,
    call: UnsignedCall,
    signed: SignedHeaders,
    read: (answer: RestAnswer) => T | Promise<T>,
  ): OpenCall<T> {
    const headers = headersOf(call, signed);
    const reason = reasonOf(call);
    return new GuardedCall(upstream.guard, {
      operation,
      deadline: operation.deadline,
      callClass,
      method: call.method,
      send: (isRepeat) => attempt(call, headers, isRepeat ? 'REPEATED' : reason),
      read,
    });
  }

  /** Sends a call once, and lets observers see it. */
  function attempt(call: UnsignedCall, headers: SignedHeaders, reason: CallReason): SentCall {
    const seen = observed?.callStarted({ upstream: upstream.name, ...call, reason });
    const sent = upstream.send({
      ...call,
      headers: seen?.headers ? { ...headers, ...seen.headers } : headers,
    });
    if (seen) observed?.follow(seen, sent, ({ status }) => status);
    return sent;
  }

  /** Sends a read whose answer is parsed and checked only if it is not what is remembered of the question. */
  function sendRead<T>(
    call: UnsignedCall,
    question: string,
    signed: SignedHeaders,
    read: Read<T>,
  ): OpenCall<T> {
    const known = read.holdsSecrets ? undefined : upstream.memory.recall(question);
    let reading: OpenCall<T> | undefined;
    const sent = send<T>('READ', { ...call, expected: known?.body }, signed, (answer) => {
      // What is read depends on the question alone, so its model is always of the same type.
      if (answer.body === known?.body) return known.model as T;
      if (read.inSlices && isLongList(answer)) {
        reading = readInSlices(question, answer.body, read.inSlices);
        return reading.answer;
      }
      const model = read(parseBody(answer));
      if (!read.holdsSecrets) upstream.memory.remember(question, answer.body, model);
      return model;
    });
    return {
      answer: sent.answer,
      abort(reason) {
        sent.abort(reason);
        reading?.abort(reason);
      },
    };
  }

  function readInSlices<T>(
    question: string,
    body: Buffer,
    inSlices: NonNullable<Read<T>['inSlices']>,
  ): OpenCall<T> {
    return upstream.longReads.read(question, body, async (pause) => {
      // The same bytes may have been read since this call began.
      const known = upstream.memory.recall(question);
      if (known?.body.equals(body)) return known.model as T;
      const model = await inSlices(body, pause);
      upstream.memory.remember(question, body, model);
      return model;
    });
  }

  function readOnce<T>(call: UnsignedCall, read: Read<T>): Promise<T> {
    const question = call.body === null ? call.path.text : `${call.path} ${call.body}`;
    const known = reads.get(question);
    if (known) return known as Promise<T>;
    const reading = signedIn('read', (signed) => {
      let isOwn = false;
      const joined = upstream.sharedReads.join(`${operation.moment}${keyOf(signed)} ${question}`, () => {
        isOwn = true;
        return sendRead(call, question, signed, read);
      });
      if (observed && !isOwn) {
        const seen = observed.callStarted({ upstream: upstream.name, ...call, reason: 'SHARED' });
        observed.follow(seen, joined, () => null);
      }
      return joined;
    });
    reads.set(question, reading);
    return reading;
  }

  function getOf(path: RestPath): UnsignedCall {
    return { method: 'GET', path, body: null, kind: 'read', batch };
  }

  function get<T>(path: RestPath, read: Read<T>): Promise<T> {
    return readOnce(getOf(path), read);
  }

  return {
    get,
    find: (path, read) => get(path, read).catch(nullIfNotFound),
    findNow: (path, read) =>
      signedIn('read', (signed) => sendRead(getOf(path), path.text, signed, read)).catch(nullIfNotFound),
    ask: (path, read, question) =>
      readOnce({ method: 'POST', path, body: JSON.stringify(question), kind: 'read', batch }, read),
    async write(callClass, method, path, read, body) {
      const text = body === undefined ? null : JSON.stringify(body);
      try {
        return await signedIn('write', (signed) =>
          send(callClass, { method, path, body: text, kind: 'write' }, signed, (answer) =>
            read(parseBody(answer)),
          ),
        );
      } finally {
        await operation.wrote();
      }
    },
    inBatch(reads, start) {
      if (!observed) return start();
      observed.batchRead(reads);
      batch = reads;
      try {
        return start().finally(() => observed.batchAnswered(reads));
      } finally {
        batch = undefined;
      }
    },
    guard: upstream.guard,
    listLengths: upstream.listLengths,
    onWrite: operation.onWrite,
  };
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof HttpError && error.status === 404) return null;
  throw error;
}
