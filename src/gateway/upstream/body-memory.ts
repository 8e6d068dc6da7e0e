import { LRUCache } from 'lru-cache';
import { deepFreeze } from './deep-freeze.ts';

/** The last body that answered one question, and the model that was read from it. */
export interface RememberedBody {
  readonly body: Buffer;
  readonly model: unknown;
}

/**
 * Remembers the last body that answered each question (a path, mostly) to one upstream, so that the same bytes are parsed and checked only once.
 *
 * This is not a cache of answers: every read still asks the upstream, with its own caller's credential, and what is
 * here is used only if the upstream has just sent that caller these very bytes. So nobody gets anything out of it that
 * the upstream did not send to them, and who was first to be sent it does not matter. Models are frozen, for several
 * operations may hold one at the same time.
 */
export interface BodyMemory {
  /** What was answered last, if that is still remembered. */
  recall(question: string): RememberedBody | undefined;
  /** Replaces what is remembered of a question. */
  remember(question: string, body: Buffer, model: unknown): void;
}

/** A smaller body is parsed about as fast as it is found here. */
const SMALLEST_BODY = 256;

/**
 * Makes a memory.
 * @param bytes how many bytes of questions and bodies it may hold; the least recently used go first. 0 remembers nothing.
 */
export function createBodyMemory(bytes: number): BodyMemory {
  if (bytes === 0) return { recall: () => undefined, remember: () => {} };
  const remembered = new LRUCache<string, RememberedBody>({
    maxSize: bytes,
    sizeCalculation: ({ body }, question) => question.length + body.length,
  });
  return {
    recall: (question) => remembered.get(question),
    remember(question, body, model) {
      if (body.length >= SMALLEST_BODY) remembered.set(question, { body, model: deepFreeze(model) });
    },
  };
}
