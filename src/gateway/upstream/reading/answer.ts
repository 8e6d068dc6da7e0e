import type { RestAnswer } from '../client/rest-call.ts';
import type { HttpRefusal } from '../errors/http-error.ts';
import { ShapeError } from '../errors/shape-error.ts';
import { UnreadableError } from '../errors/unreadable-error.ts';
import { isObject, type JsonObject } from './shape.ts';

/** What is longer is a page, or not what it says; nothing is read of it. */
const LONGEST_REFUSAL = 64 * 1024;
/** What was expected where a page came. */
const PAGE = 'JSON, not a web page: maybe there is no such API at this URL';

/**
 * Parses a successful answer. An empty body is undefined, a plain text is itself (contract section 21).
 *
 * @throws {UnreadableError} if it says that it is JSON, or HTML, and is not JSON.
 */
export function parseBody(answer: RestAnswer): unknown {
  const { body, contentType } = answer;
  if (body.length === 0) return undefined;
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isPage(answer)) throw new UnreadableError(cause, PAGE);
    if (contentType.startsWith('text/plain')) return text;
    throw new UnreadableError(cause);
  }
}

/** Tells whether an answer is the page of some other server. No text of an API begins like one. */
export function isPage({ contentType, body }: RestAnswer): boolean {
  return (
    /^(text\/html|application\/xhtml)/i.test(contentType) || /^\s*</.test(body.toString('latin1', 0, 64))
  );
}

/**
 * Sees to it that a success answers a read: nothing at all is never taken for "there is none", which is said by an empty
 * list, or by a 404.
 *
 * @throws {ShapeError} if its status says that it is no answer, or not a whole one (contract section 1: always 200).
 * @throws {UnreadableError} if there is no body.
 */
export function expectBody({ status, body }: RestAnswer): void {
  if (status !== 200) throw new ShapeError('status 200 and a body');
  if (body.length === 0) throw new UnreadableError(undefined, 'a body');
}

/**
 * Parses the answer to a read.
 *
 * @throws {ShapeError} if it is null.
 * @throws {UnreadableError} if it is no JSON.
 */
export function parseRead(answer: RestAnswer): unknown {
  const body = parseBody(answer);
  if (body === null) throw new ShapeError('something else than null');
  return body;
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
  const body = refusalBody(answer);
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

/** Gives the body of a refusal; nothing where it is no object of JSON. */
export function refusalBody({ body }: RestAnswer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8', 0, LONGEST_REFUSAL));
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
