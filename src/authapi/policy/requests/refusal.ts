/** The words of contract section 15 for what is wrong with a call. */
export type RefusalCode =
  | 'GENERAL_ERROR'
  | 'BAD_REQUEST'
  | 'PERMISSION_DENIED'
  | 'INVALID_REQUEST_DATA'
  | 'REQUIRED_VALUE_MISSING'
  | 'VALUE_OUT_OF_BOUNDS'
  | 'VALUE_INCORRECT_TYPE'
  | 'VALUE_INCORRECT_FORMAT'
  | 'OBJECT_NOT_FOUND';

/** A "no" of the request rules: a value, not an exception, so that the rules stay pure. */
export class Refusal {
  readonly status: 400 | 403;
  readonly code: RefusalCode;
  readonly message: string;
  /** The property at fault, as the wire names it. */
  readonly property: string | undefined;

  constructor(status: 400 | 403, code: RefusalCode, message: string, property?: string) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.property = property;
  }
}
