/** Turns a parsed body into a model. Throws `ShapeError` if the body is not what was promised. */
export interface Read<T> {
  (body: unknown): T;
  /**
   * Does the same from the bytes of a long JSON array, a part at a time; only of reads of lists.
   * @param pause lets others work; waited for after each part.
   */
  readonly inSlices?: (json: Buffer, pause: () => Promise<void>) => Promise<T>;
  /** Set where bodies hold secrets: nothing of them is remembered beyond the operation. */
  readonly holdsSecrets?: true;
}

/** Marks a read whose bodies hold secrets. */
export function holdingSecrets<T>(read: (body: unknown) => T): Read<T> {
  return Object.assign((body: unknown) => read(body), { holdsSecrets: true } as const);
}
