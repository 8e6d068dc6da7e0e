/**
 * Does something with each of many, a few at a time. Once one fails no other is begun, so nothing more is asked for work
 * that nobody will see.
 *
 * @param atOnce how many are under way at once.
 * @returns what came of each, in their order; fails with what the first one failed with.
 */
export async function byAndBy<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  let hasFailed = false;
  const goOn = async () => {
    for (const [index, item] of left) {
      if (hasFailed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, goOn));
  return results;
}
