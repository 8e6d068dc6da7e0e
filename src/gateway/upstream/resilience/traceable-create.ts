import type { RestClient } from '../client/client.ts';
import { reconciled } from './reconcile.ts';

/** Something that is to be created, and how to find it again. */
export interface TraceableCreate<T> {
  /** Says what is created where, so that two that could be taken for each other are told to be such. */
  readonly likeness: string;
  /** Makes the call; it gives the answer. */
  create(): Promise<T>;
  /** Lists the ids of all that look as if they came from this call. */
  alike(): Promise<readonly string[]>;
  /** Writes the answer that the call would have given. */
  answerFor(id: string): T;
}

/**
 * Creates something whose id the upstream chooses, once. If the answer is lost, it is found again by comparing what is
 * there now with what was there before: exactly one more of its likeness is proof.
 *
 * Looking before costs a call, so it is done only while the upstream is in trouble: as long as it answers, creating
 * takes one call, and an answer that is lost out of the blue leaves the outcome unknown.
 */
export async function createdTraceably<T>(
  client: RestClient,
  { likeness, create, alike, answerFor }: TraceableCreate<T>,
): Promise<T> {
  const { isTroubled, creations } = client.guard;
  if (!isTroubled) return create();
  const attempt = { isAlone: true };
  const rivals = creations.get(likeness) ?? new Set();
  creations.set(likeness, rivals.add(attempt));
  if (rivals.size > 1) for (const rival of rivals) rival.isAlone = false;
  try {
    const before = await alike().catch(() => null);
    return await reconciled(create, async () => {
      if (!before) return null;
      const fresh = (await alike()).filter((id) => !before.includes(id));
      const [id] = fresh;
      return fresh.length === 1 && id !== undefined && attempt.isAlone
        ? { answer: () => answerFor(id) }
        : null;
    });
  } finally {
    rivals.delete(attempt);
    if (rivals.size === 0) creations.delete(likeness);
  }
}
