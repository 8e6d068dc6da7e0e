import { ApiError } from './api-error.ts';
import { Refusal, type RefusalCode } from './policy/requests/refusal.ts';

/** A refusal of the workflow engine, with a code of contract section 15; written in `http/engine-error-handler.ts`. */
export class EngineError extends ApiError {
  readonly errorCode: RefusalCode;
  readonly property: string | undefined;

  constructor(status: number, errorCode: RefusalCode, message: string, property?: string) {
    super(status, message);
    this.name = 'EngineError';
    this.errorCode = errorCode;
    this.property = property;
  }
}

/** Makes the 404 of a record. */
export function objectNotFound(what: string, id: string): EngineError {
  return new EngineError(404, 'OBJECT_NOT_FOUND', `No ${what} with id ${id}`);
}

/** Makes the 400 of one faulty property. */
export function faulty(errorCode: RefusalCode, property: string, message: string): EngineError {
  return new EngineError(400, errorCode, `${property} ${message}`, property);
}

/** Takes what the rules made, or throws their refusal. */
export function accepted<T>(result: T | Refusal): T {
  if (!(result instanceof Refusal)) return result;
  throw new EngineError(result.status, result.code, result.message, result.property);
}
