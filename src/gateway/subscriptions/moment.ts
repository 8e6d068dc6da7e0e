const moments = new WeakMap<object, string>();
let count = 0;

/** Names an event, so that the executions of the same event, and no others, share their reads. */
export function momentOf(event: object): string {
  const known = moments.get(event);
  if (known) return known;
  count += 1;
  const moment = `event ${count}`;
  moments.set(event, moment);
  return moment;
}
