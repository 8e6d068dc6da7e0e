/** A change that cannot be made of what is there; found without asking anybody. */
export class ChangeError extends Error {
  override readonly name = 'ChangeError';
  readonly code: 'INVALID_INPUT' | 'NOT_FOUND' | 'CONFLICT';

  constructor(code: ChangeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A change that breaks a rule of what can be written, in view of what is there: nothing but another change would do. */
export class UnwritableError extends ChangeError {
  constructor(message: string) {
    super('INVALID_INPUT', message);
  }
}

/** Makes the fault of a name that more than one application has. */
export function severalNamed(name: string, count: number): ChangeError {
  const message = `There are ${count} applications called ${name}: name one of them by its id.`;
  return new ChangeError('CONFLICT', message);
}
