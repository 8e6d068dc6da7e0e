import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { Answer } from './answer.ts';

export interface CallOptions {
  /** Sent as `X-Authorization`; `null` sends none. */
  readonly token?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`; an iterable goes out chunked. */
  readonly raw?: string | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the REST API with paths taken literally, and remembers what it created so that it can be removed again. */
export class RestClient {
  defaultToken: string | null = null;
  readonly #pool: Pool;
  readonly #undo: { path: string; body?: unknown }[] = [];

  constructor(url: string) {
    this.#pool = new Pool(url, { connections: 4 });
  }

  async send(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { token = this.defaultToken, body } = options;
    const {
      statusCode,
      headers,
      body: answerBody,
    } = await this.#pool.request({
      method,
      path: `/api${path}`,
      headers: {
        ...(token === null ? {} : { 'x-authorization': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body: bytesOf(options),
    });
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const answer = new Answer(statusCode, Object.fromEntries(flat), await answerBody.text());
    if (answer.status === 200) this.#remember(method, path, answer, body);
    return answer;
  }

  /** Deletes, newest first, what calls through this client created and what is still there. */
  async close(): Promise<void> {
    for (const { path, body } of this.#undo.splice(0).reverse()) {
      const { status, text } = await this.send('DELETE', path, { body });
      if (status !== 200 && status !== 404) throw new Error(`Cannot clean up ${path}: ${status} ${text}`);
    }
    await this.#pool.close();
  }

  #remember(method: string, path: string, answer: Answer, body: unknown): void {
    if (method === 'PUT' && /^\/(users|groups)\/[^/]+$/.test(path)) this.#undo.push({ path });
    if (method !== 'POST') return;
    if (path === '/applications') this.#undo.push({ path: `/applications/${answer.record['id']}` });
    if (path === '/roles') this.#undo.push({ path: `/roles/${answer.record['name']}` });
    if (path === '/gateway/config/auth') {
      this.#undo.push({ path: `/gateway/config/auth/${encodeURIComponent(String(answer.json))}` });
    }
    if (path === '/auth/authorization') this.#undo.push({ path, body });
  }
}

function bytesOf({ body, raw }: CallOptions): string | Readable | null {
  if (raw !== undefined) return typeof raw === 'string' ? raw : Readable.from(raw);
  return body === undefined ? null : JSON.stringify(body);
}
