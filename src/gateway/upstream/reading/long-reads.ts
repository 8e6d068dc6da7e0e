import { setImmediate } from 'node:timers/promises';
import type { OpenCall } from '../client/open-call.ts';
import type { RestAnswer } from '../client/rest-call.ts';
import { SharedCall } from '../response-reuse/shared-reads.ts';
import { looksLikeList } from './list-bytes.ts';

/** A smaller body is parsed in less time than is worth dividing. */
const LONG_BYTES = 1024 * 1024;

/** Tells whether an answer is a list that is to be read in slices. */
export function isLongList({ body }: RestAnswer): boolean {
  return body.length > LONG_BYTES && looksLikeList(body);
}

/**
 * Reads long bodies, one after the other: what they take in memory does not add up, and none is read twice that came
 * twice, in the same bytes, to different callers. A read that began goes on when nobody waits any more, so that
 * the next caller finds it done: else a machine that is too slow for the deadline would begin anew for ever.
 */
export interface LongReads {
  /**
   * Joins the read under way of the same bytes, or starts one when it is its turn.
   *
   * @param question what the body answers.
   * @param work reads it, and waits for `pause` so that others can work in between.
   */
  read<T>(question: string, body: Buffer, work: (pause: () => Promise<void>) => Promise<T>): OpenCall<T>;
}

/** Makes the long reads of one upstream. */
export function createLongReads(): LongReads {
  const open = new Map<string, { readonly body: Buffer; readonly call: SharedCall<unknown> }>();
  let last: Promise<unknown> = Promise.resolve();

  function start<T>(work: (pause: () => Promise<void>) => Promise<T>): OpenCall<T> {
    const settle = Promise.withResolvers<T>();
    let abortedWith: Error | undefined;
    const turn = last.then(() => {
      if (abortedWith) throw abortedWith;
      return work(() => setImmediate());
    });
    turn.then(settle.resolve, settle.reject);
    last = turn.catch(() => {});
    return {
      answer: settle.promise,
      abort(reason) {
        abortedWith = reason;
        settle.reject(reason);
      },
    };
  }

  return {
    read<T>(question: string, body: Buffer, work: (pause: () => Promise<void>) => Promise<T>) {
      const known = open.get(question);
      // Equal bytes that answer the same question are read to a model of the same type.
      if (known?.body.equals(body)) return known.call.join() as OpenCall<T>;
      const call: SharedCall<T> = new SharedCall(start(work), () => {
        if (open.get(question)?.call === call) open.delete(question);
      });
      open.set(question, { body, call: call as SharedCall<unknown> });
      return call;
    },
  };
}
