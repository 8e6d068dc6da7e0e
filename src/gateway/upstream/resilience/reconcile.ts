import { OutcomeUnknownError } from '../errors/outcome-unknown-error.ts';

/** What a write that was done would have answered. */
export interface Proof<T> {
  answer(): T;
}

/**
 * Runs a write that must not be sent twice. If its answer is lost, looks once whether the upstream has done it.
 *
 * @param write makes the call.
 * @param prove gives what the call would have answered, if what the upstream now tells can only come from it; else null.
 * @throws {OutcomeUnknownError} if nothing proves that it was done: that it was not can never be proved, since a call
 *   may still be on its way.
 */
export async function reconciled<T>(
  write: () => Promise<T>,
  prove: () => Promise<Proof<T> | null>,
): Promise<T> {
  try {
    return await write();
  } catch (lost) {
    if (!(lost instanceof OutcomeUnknownError)) throw lost;
    const proof = await prove().catch(() => null);
    if (!proof) throw lost;
    return proof.answer();
  }
}
