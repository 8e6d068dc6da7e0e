import { LRUCache } from 'lru-cache';
import { deepFreeze } from './deep-freeze.ts';
import type { ListItems } from './incremental-list.ts';

/** The last body that answered one question, and the model that was read from it. */
export interface RememberedBody {
  readonly body: Buffer;
  readonly model: unknown;
  /** The items of a list, once the list has changed. */
  readonly items?: ListItems | undefined;
}

/**
 * Remembers the last body that answered each question (a path, mostly) to one upstream, so that the same bytes are parsed
 * and checked only once: those of a whole body, or those of the items of a list that has changed (`changed-list.ts`).
 *
 * This is not a cache of answers: every read still asks the upstream, with its own caller's credential, and what is
 * here is used only if the upstream has just sent that caller these very bytes. So nobody gets anything out of it that
 * the upstream did not send to them, and who was first to be sent it does not matter. Models are frozen, for several
 * operations may hold one at the same time.
 */
export interface ResponseReuse {
  /** What was answered last, if that is still remembered. */
  recall(question: string): RememberedBody | undefined;
  /** Notes that a question was answered by what is remembered of it. */
  confirm(question: string): void;
  /**
   * Notes that it was answered by something else, which is remembered instead, unless that would hardly be worth it.
   *
   * @param items given if most of them were those of what is remembered.
   */
  remember(question: string, body: Buffer, model: unknown, items?: ListItems): void;
}

/** What is known of a question. */
interface Entry {
  /** Null if its last answers had nothing in common. */
  remembered: RememberedBody | null;
  /** How many answers in a row had nothing in common with what was remembered. */
  changes: number;
}

/** A smaller body is parsed about as fast as it is found here. */
const SMALLEST_BODY = 256;

/** After so many changes in a row the next answer is taken to be different as well: keeping it costs time and memory. */
const MOST_CHANGES = 4;
/** Now and then one is remembered all the same, to see whether they still change. */
const REMEMBERED_OF_CHANGING = 8;

/**
 * Makes a memory.
 * @param bytes how many bytes of questions and bodies it may hold; the least recently used go first. 0 remembers nothing.
 */
export function createResponseReuse(bytes: number): ResponseReuse {
  if (bytes === 0) return { recall: () => undefined, confirm: () => {}, remember: () => {} };
  const entries = new LRUCache<string, Entry>({
    maxSize: bytes,
    sizeCalculation: ({ remembered }, question) =>
      question.length + 1 + (remembered?.body.length ?? 0) + (remembered?.items?.ends.byteLength ?? 0),
  });
  return {
    recall: (question) => entries.get(question)?.remembered ?? undefined,
    confirm(question) {
      const entry = entries.peek(question);
      if (entry) entry.changes = 0;
    },
    remember(question, body, model, items) {
      if (body.length < SMALLEST_BODY) return;
      const changes = items ? 0 : (entries.peek(question)?.changes ?? -1) + 1;
      const isWorthIt = changes < MOST_CHANGES || changes % REMEMBERED_OF_CHANGING === 0;
      const remembered = isWorthIt ? { body, model: deepFreeze(model), items } : null;
      entries.set(question, { remembered, changes });
    },
  };
}
