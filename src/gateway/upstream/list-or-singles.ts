/** Most records that are asked for one by one before anything is known of their list. */
export const MOST_SINGLES = 10;

/**
 * What a call costs both sides, told in records: about as much as to send, receive and read eight records more in a
 * list (`bench`: a small call takes some 80 µs of the gateway's processor, a record in a list some 10).
 */
const CALL = 8;

/**
 * Decides whether the records of some keys are read by their list or one by one: by what costs less, going by how long
 * the list was when it was last seen.
 *
 * A list is taken only if it costs no more than all of the singles. So even if it then holds none of the keys, and
 * all of them must be asked for one by one after all, the choice has cost no more than twice the better one. One key is
 * never worth a list.
 *
 * @param listLength records that the list held last; undefined if it was not seen yet.
 */
export function prefersList(keys: number, listLength: number | undefined): boolean {
  if (listLength === undefined) return keys > MOST_SINGLES;
  return keys > 1 && CALL + listLength <= keys * (CALL + 1);
}
