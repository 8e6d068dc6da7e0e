/** Most records that are asked for one by one before anything is known of their list. */
export const MOST_SINGLES = 10;

/** What a small call costs both sides, in milliseconds of their processors (`bench`). */
export const CALL_MS = 0.08;

/** What a byte of an answer costs to receive, parse and check, in milliseconds of the gateway's processor (`bench`). */
export const BYTE_MS = 0.00001;

/** A list that lets its caller wait so many milliseconds longer is as expensive as it is slow; less is not noticed. */
export const NOTICED_MS = 100;

/** Until one was seen, a record has about so many bytes. */
const USUAL_BYTES = 1000;

/** How much of a slower time is believed: what was busy once does not stay slow for ever. */
const BELIEVED = 0.2;

/** What was seen of the records of one kind. */
interface Seen {
  /** How many their list held; undefined as long as it was not read. */
  records?: number;
  /** Bytes of one record. */
  bytes: number;
  /** Milliseconds until the records of the list were there. */
  listMs: number;
  /** Milliseconds until the first of the records was there that were asked for together. */
  singleMs: number;
}

/**
 * What reading the records of each kind costs at one upstream, as any caller last saw it: numbers, and nothing of the
 * records.
 *
 * Records whose keys are known are read by their list or one by one, whichever costs less. Prefer the list only when it
 * costs no more than the individual reads. So even if it then holds none of the keys, and all of them must be asked for
 * one by one after all, the choice has cost no more than twice the better one. One key is never worth a list.
 */
export class ReadCosts {
  readonly #seen = new Map<string, Seen>();

  /** Decides whether the records of so many keys are read by their list. */
  prefersList(kind: string, keys: number): boolean {
    const seen = this.#of(kind);
    if (seen.records === undefined) return keys > MOST_SINGLES;
    const slower = seen.listMs - seen.singleMs;
    const waitMs = slower >= NOTICED_MS ? slower : 0;
    return keys > 1 && costMs(1, seen.records * seen.bytes) + waitMs <= costMs(keys, keys * seen.bytes);
  }

  /** Notes that a list of so many records was read, and how long that took. */
  sawList(kind: string, records: number, ms: number): void {
    const seen = this.#of(kind);
    seen.records = records;
    seen.listMs = believed(seen.listMs, ms);
  }

  /**
   * Notes that records were read one by one.
   *
   * @param bytes of one of them.
   * @param ms until the first of them was there.
   */
  sawSingles(kind: string, bytes: number, ms: number): void {
    const seen = this.#of(kind);
    seen.bytes = bytes;
    seen.singleMs = believed(seen.singleMs, ms);
  }

  #of(kind: string): Seen {
    let seen = this.#seen.get(kind);
    if (!seen) {
      seen = { bytes: USUAL_BYTES, listMs: Number.NaN, singleMs: Number.NaN };
      this.#seen.set(kind, seen);
    }
    return seen;
  }
}

/** What so many calls cost whose answers have so many bytes together, in milliseconds of processors. */
export function costMs(calls: number, bytes: number): number {
  return calls * CALL_MS + bytes * BYTE_MS;
}

function believed(known: number, ms: number): number {
  return known <= ms ? known + (ms - known) * BELIEVED : ms;
}
