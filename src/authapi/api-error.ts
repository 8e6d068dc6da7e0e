/** One fault in what a caller sent: where it is and what was found there. */
export interface ValidationError {
  readonly path: string;
  readonly message: string;
  readonly invalidValue?: unknown;
}

interface ApiErrorDetails {
  /** `EXPIRED_TOKEN` and `INVALID_TOKEN` make clients sign in again (contract section 1); for nothing else. */
  readonly code?: string;
  readonly validationErrors?: readonly ValidationError[];
}

/** A refusal that the caller can understand; written to the wire in one place, `http/error-handler.ts`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly validationErrors: readonly ValidationError[];

  constructor(status: number, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = details.code;
    this.validationErrors = details.validationErrors ?? [];
  }
}

/** Makes the 404 of a record; its message holds the id, as clients demand (contract section 1). */
export function notFound(what: string, id: string): ApiError {
  return new ApiError(404, `No ${what} with id ${id}`);
}

/** Makes the 400 of one faulty value. Not for secrets: the value is sent back. */
export function invalid(path: string, message: string, invalidValue: string): ApiError {
  return new ApiError(400, `${path} ${message}`, { validationErrors: [{ path, message, invalidValue }] });
}
