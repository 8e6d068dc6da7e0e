/** Turns a parsed body into a model. Throws `ShapeError` if the body is not what was promised. */
export interface Read<T> {
  (body: unknown): T;
  /**
   * Does the same from the bytes of a long JSON array, a part at a time; only of reads of lists.
   * @param pause lets others work; waited for after each part.
   */
  readonly inSlices?: (json: Buffer, pause: () => Promise<void>) => Promise<T>;
}
