import { parseBody, refusalOf } from './answer.ts';
import type { Credential, SignedHeaders } from './credential.ts';
import { HttpError } from './errors/http-error.ts';
import type { Operation } from './operation.ts';
import type { RestPath } from './path.ts';
import type { RestMethod, Upstream } from './upstream.ts';

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
  /**
   * Changes something, exactly once: never repeated, except when it was refused for an expired token.
   * What was read before is forgotten, whether the write succeeded or not.
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
  const reads = new Map<RestPath, Promise<unknown>>();
  const forgetters: (() => void)[] = [() => reads.clear()];

  async function send(method: RestMethod, path: RestPath, body?: unknown): Promise<unknown> {
    const signed = await credential.headers();
    try {
      return await sendOnce(method, path, body, signed);
    } catch (error) {
      const refused = error instanceof HttpError && error.code === 'UNAUTHENTICATED';
      if (!refused || !(await credential.renew(signed))) throw error;
      return sendOnce(method, path, body, await credential.headers());
    }
  }

  async function sendOnce(
    method: RestMethod,
    path: RestPath,
    body: unknown,
    signed: SignedHeaders,
  ): Promise<unknown> {
    operation.spend();
    const answer = await operation.run(upstream.name, method === 'GET' ? 'read' : 'write', (signal) =>
      upstream.send({
        method,
        path,
        headers: { ...(body === undefined ? BODILESS : WITH_BODY), ...signed },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
      }),
    );
    if (answer.status < 200 || answer.status > 299) throw new HttpError(refusalOf(upstream.name, answer));
    return parseBody(answer);
  }

  // `read` depends on the path alone, so that what was read can be kept instead of the body.
  function get<T>(path: RestPath, read: Read<T>): Promise<T> {
    const known = reads.get(path);
    if (known) return known as Promise<T>;
    const reading = send('GET', path).then(read);
    reads.set(path, reading);
    return reading;
  }

  return {
    get,
    find: (path, read) => get(path, read).catch(nullIfNotFound),
    async write(method, path, read, body) {
      try {
        return read(await send(method, path, body));
      } finally {
        for (const forget of forgetters) forget();
      }
    },
    onWrite(forget) {
      forgetters.push(forget);
    },
  };
}

const BODILESS = { accept: 'application/json' };
const WITH_BODY = { ...BODILESS, 'content-type': 'application/json' };

function nullIfNotFound(error: unknown): null {
  if (error instanceof HttpError && error.status === 404) return null;
  throw error;
}
