/** Something that was started and can be ended early. */
export interface OpenCall<T> {
  /** What comes of it. */
  readonly answer: Promise<T>;
  /**
   * Lets go of it, once: whoever started it waits no longer. If nobody else does, it ends, and its answer fails with
   * this reason at once. Without effect once there is an answer.
   */
  abort(reason: Error): void;
}
