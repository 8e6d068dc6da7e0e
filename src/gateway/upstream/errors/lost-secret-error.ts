import { UpstreamError } from './upstream-error.ts';

/** An access key was made, and the answer that held its secret was lost: nobody will ever be able to use it. */
export class LostSecretError extends UpstreamError {
  override readonly name = 'LostSecretError';
  readonly code = 'OUTCOME_UNKNOWN';

  /** @param keyId the key to delete. */
  constructor(keyId: string) {
    super(
      `The answer that held the secret of access key ${keyId} was lost. Delete the key, and create another.`,
    );
  }
}
