import type { UserErrorCode } from '../generated/graphql.ts';

/** Something that the person at the form can mend: found by the gateway itself, or read from an upstream's refusal. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  readonly field: readonly string[] | null;
  readonly payload: object;

  /**
   * @param field path into the mutation's arguments to the value at fault; null where none is.
   * @param payload fields of the payload that are answered all the same.
   */
  constructor(code: UserErrorCode, message: string, field: readonly string[] | null, payload: object = {}) {
    super(message);
    this.code = code;
    this.field = field;
    this.payload = payload;
  }
}
