/** A change that cannot be made of what is there; found without asking anybody. */
export class ChangeFault extends Error {
  override readonly name = 'ChangeFault';
  readonly code: 'INVALID_INPUT' | 'NOT_FOUND' | 'CONFLICT';

  constructor(code: ChangeFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}
