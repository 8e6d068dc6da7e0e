import { ShapeError } from './shape-error.ts';

/** What came with a success is no JSON at all: broken off, or the page of something in between. */
export class UnreadableError extends ShapeError {
  constructor(cause: unknown, expected = 'JSON') {
    super(expected, cause);
  }
}
