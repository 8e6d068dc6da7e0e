/** Something that was started and can be ended early. */
export interface OpenCall<T> {
  /** What comes of it. */
  readonly answer: Promise<T>;
  /** Ends it: the answer fails with this reason, at once. Without effect once there is an answer. */
  abort(reason: Error): void;
}
