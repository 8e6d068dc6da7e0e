/** Operations that cannot be explained; the message says why. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError';
}
