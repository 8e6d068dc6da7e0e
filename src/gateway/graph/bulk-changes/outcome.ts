import { ChangeError } from '../../../access/planning/change-error.ts';
import { BudgetError } from '../../upstream/errors/budget-error.ts';
import { CircuitOpenError } from '../../upstream/errors/circuit-open-error.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import { InvalidIdError } from '../../upstream/errors/invalid-id-error.ts';
import { OverloadedError } from '../../upstream/errors/overloaded-error.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import type { UserErrorCode } from '../generated/graphql.ts';
import { userErrorCode } from '../kit/mutation.ts';

export type ChangeStatus = 'APPLIED' | 'UNCHANGED' | 'FAILED' | 'SKIPPED' | 'OUTCOME_UNKNOWN';

/** What became of one change. */
export interface Outcome {
  readonly status: ChangeStatus;
  /** Why it was not made, or what is not known; null where there is nothing to say. */
  readonly message: string | null;
  readonly code: UserErrorCode | null;
}

/** Why what follows a failure is not made, where it is to stop the rest. */
export const AFTER_FAILURE = 'A change before it failed.';

/** Why the rest of a list is left for another operation. */
export const OUT_OF_CALLS = 'One operation may make no more REST calls: send the rest again.';

/** Makes the outcome of a change that needs no explanation. */
export function outcome(status: ChangeStatus, message: string | null = null): Outcome {
  return { status, message, code: null };
}

/**
 * Says what a failed write means for the changes it was to make. A refusal means that nothing was changed; a write
 * that was sent and not answered, or not as promised, may have been carried out all the same.
 *
 * @throws bugs of ours.
 */
export function outcomeOfFailure(error: unknown, wasSent: boolean): Outcome {
  if (error instanceof ChangeError) return { status: 'FAILED', message: error.message, code: error.code };
  if (!(error instanceof UpstreamError)) throw error;
  if (error instanceof BudgetError) return outcome('SKIPPED', OUT_OF_CALLS);
  const isUnsent = error instanceof CircuitOpenError || error instanceof OverloadedError;
  if (isUnsent) return outcome('SKIPPED', error.message);
  const isRefusal =
    !wasSent || error instanceof InvalidIdError || (error instanceof HttpError && error.status < 500);
  if (isRefusal) return { status: 'FAILED', message: error.message, code: userErrorCode(error) ?? null };
  return outcome(
    'OUTCOME_UNKNOWN',
    `${error.message} The change may have been made: send it again to find out.`,
  );
}
