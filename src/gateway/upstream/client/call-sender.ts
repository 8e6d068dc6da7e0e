import { expectBody } from '../reading/answer.ts';
import { isLongList } from '../reading/long-reads.ts';
import type { ListReading, LongListReading, Read } from '../reading/read.ts';
import { readAnswer, readLongAnswer } from '../reading/read-answer.ts';
import type { CallClass } from '../resilience/call-class.ts';
import { LongWorkCall } from '../resilience/long-work-call.ts';
import { ResilientCall } from '../resilience/resilient-call.ts';
import type { Upstream } from '../upstream.ts';
import type { CallObserver } from './call-observer.ts';
import type { OpenCall } from './open-call.ts';
import type { Operation } from './operation.ts';
import type { RestAnswer, SentCall } from './rest-call.ts';
import { secretsOf } from './secrets-of-call.ts';
import type { Signature } from './signature.ts';
import { reasonOf, type UnsignedCall } from './unsigned-call.ts';

/** No moment: those name events. */
const LONG_WORK = 'long work ';

/**
 * Sends the calls of one operation to one upstream: guarded against its failing, seen by observers, and reads no more
 * often and parsed no more often than needed.
 */
export class CallSender {
  readonly #upstream: Upstream;
  readonly #operation: Operation;
  readonly #observed: CallObserver | undefined;

  /** @param observed told of each call; undefined if nobody looks. */
  constructor(upstream: Upstream, operation: Operation, observed: CallObserver | undefined) {
    this.#upstream = upstream;
    this.#operation = operation;
    this.#observed = observed;
  }

  /** Sends a read, or takes part in one under way that asks the same with the same credential. */
  joinRead<T>(call: UnsignedCall, question: string, signature: Signature, read: Read<T>): OpenCall<T> {
    let isOwn = false;
    const { isLongWork, moment } = this.#operation;
    // Whoever is in a hurry must not wait for a call whose turn may come late.
    const credential = (isLongWork ? LONG_WORK : moment) + signature.key;
    const joined = this.#upstream.sharedReads.join(credential, question, () => {
      isOwn = true;
      return this.sendRead(call, question, signature, read);
    });
    if (this.#observed && !isOwn) {
      const seen = this.#observed.callStarted(this.#upstream.name, call, 'SHARED');
      this.#observed.follow(seen, joined, () => null);
    }
    return joined;
  }

  /** Sends a read whose answer is parsed and checked only if it is not what is remembered of the question. */
  sendRead<T>(call: UnsignedCall, question: string, signature: Signature, read: Read<T>): OpenCall<T> {
    const { memory } = this.#upstream;
    const recall = () => (read.holdsSecrets ? undefined : memory.recall(question));
    const known = recall();
    let reading: OpenCall<T> | undefined;
    const sent = this.send<T>('READ', { ...call, expected: known?.body }, signature, (answer) => {
      expectBody(answer);
      if (call.batch) {
        call.batch.answers += 1;
        call.batch.bytes += answer.body.length;
      }
      // Another call may have been answered by the same bytes since this one began.
      const last = answer.body === known?.body ? known : recall();
      if (last?.body.equals(answer.body)) {
        memory.confirm(question);
        // What is read depends on the question alone, so its model is always of the same type.
        return last.model as T;
      }
      const { list } = read;
      if (list?.long && isLongList(answer)) {
        reading = this.#readLong(question, answer.body, list, list.long);
        return reading.answer;
      }
      const { model, items } = readAnswer(answer, read, last);
      this.#noteProof(answer.body);
      if (!read.holdsSecrets) memory.remember(question, answer.body, model, items);
      return model;
    });
    if (!read.list?.long) return sent;
    return {
      answer: sent.answer,
      abort(reason) {
        sent.abort(reason);
        reading?.abort(reason);
      },
    };
  }

  #readLong<T>(question: string, body: Buffer, list: ListReading<T>, long: LongListReading<T>): OpenCall<T> {
    const { longReads, memory } = this.#upstream;
    return longReads.read(question, body, async (pause) => {
      // The same bytes may have been read since this call began.
      const known = memory.recall(question);
      if (known?.body.equals(body)) return known.model as T;
      const { model, items } = await readLongAnswer(body, list, long, known, pause);
      this.#noteProof(body);
      memory.remember(question, body, model, items);
      return model;
    });
  }

  /** What was read as it was promised proves which API it is, unless it is as good as nothing: `[]` or `{}`. */
  #noteProof({ length }: Buffer): void {
    if (length > 2) this.#upstream.guard.isProven = true;
  }

  /**
   * Sends a call.
   *
   * @param read reads the answer to a success; throws `ShapeError` if it is not what was promised.
   */
  send<T>(
    callClass: CallClass,
    call: UnsignedCall,
    signature: Signature,
    read: (answer: RestAnswer) => T | Promise<T>,
  ): OpenCall<T> {
    const { guard } = this.#upstream;
    const operation = this.#operation;
    const start = (turnOf: Operation | null) =>
      new ResilientCall(guard, {
        operation: turnOf,
        deadline: operation.deadline,
        callClass,
        method: call.method,
        path: call.path,
        send: (isRepeat) => this.#attempt(call, signature, isRepeat),
        secrets: () => secretsOf({ headers: signature.signed, body: call.body }),
        read,
      });
    return operation.isLongWork ? new LongWorkCall(guard, operation, () => start(null)) : start(operation);
  }

  /** Sends a call once, and lets observers see it. */
  #attempt(call: UnsignedCall, { bodiless, withBody }: Signature, isRepeat: boolean): SentCall {
    const { method, path, body, expected } = call;
    const headers = body === null ? bodiless : withBody;
    if (!this.#observed) return this.#upstream.send({ method, path, headers, body, expected });
    const reason = isRepeat ? 'REPEATED' : reasonOf(call);
    const seen = this.#observed.callStarted(this.#upstream.name, call, reason);
    const traced = seen.headers ? { ...headers, ...seen.headers } : headers;
    const sent = this.#upstream.send({ method, path, headers: traced, body, expected });
    this.#observed.follow(seen, sent, ({ status }) => status);
    return sent;
  }
}
