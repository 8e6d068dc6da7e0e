import type { HttpRefusal } from './errors/http-error.ts';
import { UnreadableError } from './errors/unreadable-error.ts';
import { isObject, type JsonObject } from './shape.ts';
import type { RestAnswer } from './upstream.ts';

/** What is longer is a page, or not what it says; nothing is read of it. */
const LONGEST_REFUSAL = 64 * 1024;

/**
 * Parses a successful answer. An empty body is undefined, a plain text is itself (contract section 21).
 *
 * @throws {UnreadableError} if it says that it is JSON, or HTML, and is not JSON.
 */
export function parseBody({ body, contentType }: RestAnswer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (contentType.startsWith('text/plain')) return text;
    throw new UnreadableError(cause);
  }
}

/**
 * Reads why a call was refused, in either upstream's words (contract sections 1 and 15). Only refusals that are
 * the caller's business keep the upstream's sentence; a server's own failure may tell about its inside.
 *
 * @param upstream what to call the server where it gave no sentence of its own.
 * @param told cuts out of its words what nobody may be told.
 */
export function refusalOf(
  upstream: string,
  answer: RestAnswer,
  told: (words: string) => string,
): HttpRefusal {
  const { status } = answer;
  const body = errorBody(answer.body.toString('utf8', 0, LONGEST_REFUSAL));
  const spoken = textOf(body['message']) ?? textOf(body['error_message']);
  return {
    status,
    message:
      status >= 400 && status < 500 && spoken
        ? told(spoken)
        : `The ${upstream} answered with status ${status}.`,
    upstreamCode: textOf(body['error']) ?? textOf(body['error_code']) ?? textOf(body['code']),
    field: fieldOf(body)?.map(told),
    retryAfterSeconds: secondsOf(answer.retryAfter),
  };
}

function errorBody(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function fieldOf(body: JsonObject): readonly string[] | undefined {
  const faults = body['validationErrors'];
  const first: unknown = Array.isArray(faults) ? faults[0] : undefined;
  const path = isObject(first) ? textOf(first['path']) : textOf(body['property']);
  return path?.split(/[./]/).filter((part) => part !== '');
}

function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
