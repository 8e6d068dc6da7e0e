import DataLoader from 'dataloader';
import type { RestClient } from '../client/client.ts';
import type { Batch } from '../client/observed-call.ts';
import { UpstreamError } from '../errors/upstream-error.ts';
import type { Keyed } from './read.ts';
import { indexAfter, sortedById } from './sorted-by-id.ts';

/** The two ways in which REST gives the records of one kind; there is no way to ask for some. */
export interface RecordSource<R extends Keyed> {
  /** Names the kind of record among those of its upstream. */
  readonly kind: string;
  /** Reads one record; null if there is none. */
  one(id: string): Promise<R | null>;
  /** Reads the list that should hold these records; all records, where none are named. */
  all(ids: readonly string[]): Promise<readonly R[]>;
}

/** Reads records of one kind, for one operation; every record at most once. */
export interface RecordLoader<R extends Keyed> {
  /** Gives one record, null if there is none. Loads of one tick go upstream together. */
  load(id: string): Promise<R | null>;
  /** Gives all records, and keeps them for those who ask by id. */
  list(): Promise<readonly R[]>;
  /** Keeps records that came along with something else. */
  prime(records: readonly R[]): void;
}

/** A longer list is searched as it is; an index of it would take longer than most operations. */
const LONG_LIST = 1000;

/**
 * Makes a loader that asks for few records one by one and for many with one list call. Records that the list
 * lacks, or all of them where the list is refused to this caller, are asked for one by one. A write forgets them all.
 */
export function createRecordLoader<R extends Keyed>(
  client: RestClient,
  source: RecordSource<R>,
): RecordLoader<R> {
  const lists = new Set<readonly R[]>();
  let indexed = new WeakSet<readonly R[]>();
  let known = new Map<string, R>();
  let longLists: (readonly R[])[] = [];
  let listing: Promise<void> = Promise.resolve();

  const loader = new DataLoader<string, R | null>(async (ids) => {
    await listing;
    index();
    let unknown = ids.filter((id) => !find(id));
    if (client.readCosts.prefersList(source.kind, unknown.length)) {
      listing = client.inBatch(
        { kind: source.kind, records: unknown.length, way: 'LIST', answers: 0, bytes: 0 },
        () => readList(unknown),
      );
      await listing;
      index();
      unknown = unknown.filter((id) => !find(id));
    }
    if (unknown.length === 0) return ids.map((id) => find(id) ?? null);
    return readSingles(ids, unknown.length);
  });

  async function readSingles(ids: readonly string[], asked: number): Promise<(R | null | Error)[]> {
    const batch: Batch = { kind: source.kind, records: asked, way: 'SINGLES', answers: 0, bytes: 0 };
    const since = performance.now();
    let firstMs: number | undefined;
    const read = async (id: string) => {
      const record = await readOne(id);
      firstMs ??= performance.now() - since;
      return record;
    };
    const records = await client.inBatch(batch, () => Promise.all(ids.map((id) => find(id) ?? read(id))));
    if (firstMs !== undefined && batch.answers > 0) {
      client.readCosts.sawSingles(source.kind, batch.bytes / batch.answers, firstMs);
    }
    return records;
  }

  /** A batch answers with an error per key, so that one bad record or id leaves the others alone. */
  async function readOne(id: string): Promise<R | null | Error> {
    try {
      return await source.one(id);
    } catch (error) {
      return error instanceof Error ? error : new Error('not an error', { cause: error });
    }
  }

  async function readAll(ids: readonly string[]): Promise<readonly R[]> {
    const since = performance.now();
    const records = await source.all(ids);
    client.readCosts.sawList(source.kind, records.length, performance.now() - since);
    lists.add(records);
    return records;
  }

  async function readList(ids: readonly string[]): Promise<void> {
    try {
      await readAll(ids);
    } catch (error) {
      if (!(error instanceof UpstreamError && SINGLES_MAY_WORK.has(error.status ?? 0))) throw error;
    }
  }

  /** Most operations never look up what they primed, so the index is made when somebody does. */
  function index(): void {
    for (const records of lists) {
      lists.delete(records);
      if (indexed.has(records)) continue;
      indexed.add(records);
      if (records.length > LONG_LIST) longLists.push(sortedById(records));
      else for (const record of records) known.set(record.id, record);
    }
  }

  function find(id: string): R | undefined {
    const record = known.get(id);
    if (record) return record;
    for (const records of longLists) {
      const found = records[indexAfter(records, id) - 1];
      if (found?.id === id) return found;
    }
    return undefined;
  }

  client.onWrite(() => {
    lists.clear();
    indexed = new WeakSet();
    known = new Map();
    longLists = [];
    listing = Promise.resolve();
    loader.clearAll();
  });

  return {
    load: (id) => loader.load(id),
    list: () => readAll([]),
    prime: (records) => lists.add(records),
  };
}

/** Refusals of a list that say nothing about its records: not for this caller, no such endpoint. */
const SINGLES_MAY_WORK = new Set([403, 404, 405]);
