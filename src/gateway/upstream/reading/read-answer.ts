import type { RestAnswer } from '../client/rest-call.ts';
import { itemsOf, type ListItems, readChanged, type Steps } from '../response-reuse/incremental-list.ts';
import type { RememberedBody } from '../response-reuse/response-reuse.ts';
import { parseRead } from './answer.ts';
import type { ListReading, LongListReading, Read } from './read.ts';

/** What was read of a body. */
export interface Reading<T> {
  readonly model: T;
  /** Its items, where they were found by comparing it with the last body. */
  readonly items?: ListItems;
}

/** Changes in a shorter body are not worth looking for. */
const SHORTEST_LIST = 4096;

/**
 * Reads an answer, of a list only what is not known from the last one.
 *
 * @param known the last body that answered the same question.
 * @throws {UpstreamError} if it is not what was promised.
 */
export function readAnswer<T>(
  answer: RestAnswer,
  read: Read<T>,
  known: RememberedBody | undefined,
): Reading<T> {
  if (known && read.list && answer.body.length >= SHORTEST_LIST) {
    const items = atOnce(readKnown(answer.body, read.list, known));
    const model = items && read.list.withItems(known.model as T, items.records);
    if (model) return { model, items };
  }
  return { model: read(parseRead(answer)) };
}

/** Does the same with a long list, of which others must not notice anything. */
export async function readLongAnswer<T>(
  body: Buffer,
  list: ListReading<T>,
  long: LongListReading<T>,
  known: RememberedBody | undefined,
  pause: () => Promise<void>,
): Promise<Reading<T>> {
  const items = known ? await inSteps(readKnown(body, list, known), pause) : null;
  if (!items) return { model: await long.inSlices(body, pause) };
  return { model: await long.arranged(items.records, pause), items };
}

/** The bounds of items are looked for only once a body has changed: most never do. */
function* readKnown<T>(body: Buffer, list: ListReading<T>, known: RememberedBody): Steps<ListItems | null> {
  // What is read depends on the question alone, so its model is always of the same type.
  const items = known.items ?? (yield* itemsOf(known.body, known.model as T, list));
  return items && (yield* readChanged(body, known.body, items, list));
}

function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

async function inSteps<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}
