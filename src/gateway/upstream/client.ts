import { parseBody, refusalOf } from './answer.ts';
import type { Credential, SignedHeaders } from './credential.ts';
import { HttpError } from './errors/http-error.ts';
import type { Operation } from './operation.ts';
import type { RestPath } from './path.ts';
import type { RestCall, RestMethod, Upstream } from './upstream.ts';

/** Turns a parsed body into a model. Throws `ShapeError` if the body is not what was promised. */
export type Read<T> = (body: unknown) => T;

/** One upstream as one operation sees it: with its caller's credential, its deadline and its budget. */
export interface RestClient {
  /**
   * Reads a path, at most once in the operation as long as nothing is written.
   * @throws {UpstreamError} for everything but success.
   */
  get<T>(path: RestPath, read: Read<T>): Promise<T>;
  /**
   * Like `get`, but null where the upstream says that there is no such thing (404).
   * @throws {UpstreamError} for everything else.
   */
  find<T>(path: RestPath, read: Read<T>): Promise<T | null>;
  /** Like `get`, for a read whose question is too long for a path and goes into the body of a POST. */
  ask<T>(path: RestPath, read: Read<T>, question: unknown): Promise<T>;
  /**
   * Changes something, exactly once: never repeated, except when it was refused for an expired token.
   * What was read before, here or from another upstream, is forgotten, whether the write succeeded or not.
   *
   * @param body anything that JSON can say; left out for calls without a body.
   * @throws {UpstreamError} for everything but success.
   */
  write<T>(method: Exclude<RestMethod, 'GET'>, path: RestPath, read: Read<T>, body?: unknown): Promise<T>;
  /** Registers something to be told when what was read may no longer hold. */
  onWrite(forget: () => void): void;
}

/** Binds an upstream to one operation and its caller. */
export function createRestClient(
  upstream: Upstream,
  operation: Operation,
  credential: Credential,
): RestClient {
  const reads = new Map<string, Promise<unknown>>();
  operation.onWrite(() => reads.clear());

  async function send(kind: 'read' | 'write', call: Unsigned): Promise<unknown> {
    const signed = await credential.headers();
    try {
      return await sendOnce(kind, call, signed);
    } catch (error) {
      const refused = error instanceof HttpError && error.code === 'UNAUTHENTICATED';
      if (!refused || !(await credential.renew(signed))) throw error;
      return sendOnce(kind, call, await credential.headers());
    }
  }

  async function sendOnce(
    kind: 'read' | 'write',
    { method, path, body }: Unsigned,
    signed: SignedHeaders,
  ): Promise<unknown> {
    operation.spend();
    const answer = await operation.run(upstream.name, kind, (signal) =>
      upstream.send({
        method,
        path,
        headers: { ...(body === null ? BODILESS : WITH_BODY), ...signed },
        body,
        signal,
      }),
    );
    if (answer.status < 200 || answer.status > 299) throw new HttpError(refusalOf(upstream.name, answer));
    return parseBody(answer);
  }

  // `read` depends on the question alone, so that what was read can be kept instead of the body.
  function readOnce<T>(call: Unsigned, read: Read<T>): Promise<T> {
    const question = `${call.path} ${call.body ?? ''}`;
    const known = reads.get(question);
    if (known) return known as Promise<T>;
    const reading = send('read', call).then(read);
    reads.set(question, reading);
    return reading;
  }

  function get<T>(path: RestPath, read: Read<T>): Promise<T> {
    return readOnce({ method: 'GET', path, body: null }, read);
  }

  return {
    get,
    find: (path, read) => get(path, read).catch(nullIfNotFound),
    ask: (path, read, question) => readOnce({ method: 'POST', path, body: JSON.stringify(question) }, read),
    async write(method, path, read, body) {
      try {
        const text = body === undefined ? null : JSON.stringify(body);
        return read(await send('write', { method, path, body: text }));
      } finally {
        operation.wrote();
      }
    },
    onWrite: operation.onWrite,
  };
}

/** A call without the headers that say on whose behalf. */
type Unsigned = Pick<RestCall, 'method' | 'path' | 'body'>;

const BODILESS = { accept: 'application/json' };
const WITH_BODY = { ...BODILESS, 'content-type': 'application/json' };

function nullIfNotFound(error: unknown): null {
  if (error instanceof HttpError && error.status === 404) return null;
  throw error;
}
