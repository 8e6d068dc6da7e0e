import { HttpError } from '../errors/http-error.ts';
import { OutcomeUnknownError } from '../errors/outcome-unknown-error.ts';

const TAKEN = 409;

/**
 * Creates something under a key of the caller's choice. If the answer is lost, reads by the key: what is there as it was
 * to be created is success; where nothing is there it is tried once more, for the key lets no second one come to be.
 *
 * @param create makes the call.
 * @param find reads what is there under the key, null if nothing is.
 * @param isAsCreated tells whether that is what was to be created.
 * @throws {OutcomeUnknownError} if something else is there by now, or the second answer is lost as well and nothing is.
 */
export async function createdByKey<R>(
  create: () => Promise<void>,
  find: () => Promise<R | null>,
  isAsCreated: (record: R) => boolean,
): Promise<void> {
  try {
    await create();
  } catch (lost) {
    if (!(lost instanceof OutcomeUnknownError)) throw lost;
    // What cannot be read proves nothing, and creating is safe only once it was read.
    const isThere = async () => {
      const record = await find().catch(() => Promise.reject(lost));
      if (record && !isAsCreated(record)) throw lost;
      return record !== null;
    };
    if (await isThere()) return;
    try {
      await create();
    } catch (error) {
      const mayBeDone =
        error instanceof OutcomeUnknownError || (error instanceof HttpError && error.status === TAKEN);
      if (!mayBeDone || !(await isThere())) throw lost;
    }
  }
}
