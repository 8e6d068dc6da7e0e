import { ForeignServerError } from '../errors/foreign-server-error.ts';
import { HttpError } from '../errors/http-error.ts';
import { NetworkError } from '../errors/network-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import { UnreadableError } from '../errors/unreadable-error.ts';

/** Statuses with which a server, or something before it, says that it could not for the moment. */
const PASSING = new Set([500, 502, 503, 504]);
/** Said by something in between that lost the answer of the server behind it. */
const ANSWER_LOST = new Set([502, 504]);

/** Tells whether the same call may well succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof HttpError)) return isOfTransport(error);
  // Without a word on when to come back, coming back would only add to what is too much.
  return PASSING.has(error.status) || (error.status === 429 && error.retryAfterSeconds !== undefined);
}

/** Tells whether an error says that its upstream is in trouble, not that it dislikes the call. */
export function isTrouble(error: unknown): boolean {
  return error instanceof HttpError ? error.status >= 500 : isOfTransport(error);
}

/** Tells whether a call that was sent and failed like this may have done its work all the same. */
export function mayBeDone(error: unknown): boolean {
  if (error instanceof ForeignServerError) return false;
  return !(error instanceof HttpError) || ANSWER_LOST.has(error.status);
}

function isOfTransport(error: unknown): boolean {
  return error instanceof NetworkError || error instanceof TimeoutError || error instanceof UnreadableError;
}
