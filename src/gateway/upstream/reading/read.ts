/** Something that REST knows by one key. */
export interface Keyed {
  readonly id: string;
}

/** Turns a parsed body into a model. Throws `ShapeError` if the body is not what was promised. */
export interface Read<T> {
  (body: unknown): T;
  /** How the items of a list are read; only of reads of lists. Each depends on nothing but its own text. */
  readonly list?: ListReading<T>;
  /** Set where bodies hold secrets: nothing of them is remembered beyond the operation. */
  readonly holdsSecrets?: true;
}

/** How a body that is a list, or has one, is read by its items. */
export interface ListReading<T> {
  /** The member of the body that is the list; null if the body is the list itself. */
  readonly member: string | null;
  /** Reads items; those that must be left out are missing. */
  readItems(items: readonly unknown[]): readonly Keyed[];
  /** Gives what was read of the items, in the order of the body. */
  itemsOf(model: T): readonly Keyed[];
  /** Gives what would be read of a body that has these items and all else in common with that of `model`; null if that cannot be told. */
  withItems(model: T, items: readonly Keyed[]): T | null;
  /** How a long list is read; undefined where there are no long ones. */
  readonly long?: LongListReading<T>;
}

/** How a long list is read, a part at a time. `pause` lets others work, and is waited for after each part. */
export interface LongListReading<T> {
  /** Reads the bytes of a JSON array. */
  inSlices(json: Buffer, pause: () => Promise<void>): Promise<T>;
  /** Makes of items in the order of their body what `inSlices` gives. */
  arranged(items: readonly Keyed[], pause: () => Promise<void>): Promise<T>;
}

/** Marks a read whose bodies hold secrets. */
export function holdingSecrets<T>(read: (body: unknown) => T): Read<T> {
  return Object.assign((body: unknown) => read(body), { holdsSecrets: true } as const);
}
