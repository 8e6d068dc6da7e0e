import { type AuthApi, startAuthApi } from '../../src/authapi/server.ts';
import { createLogger } from '../../src/logger.ts';

/** The embedded API in memory, with a record of the calls it got and a clock that can be put forward. */
export class EmbeddedApi {
  readonly log: string[] = [];
  /** Milliseconds that its clock is ahead. */
  ahead = 0;
  #api: AuthApi | null = null;

  static async start(): Promise<EmbeddedApi> {
    const embedded = new EmbeddedApi();
    embedded.#api = await startAuthApi({
      host: '127.0.0.1',
      port: 0,
      data: ':memory:',
      seed: false,
      logger: createLogger('silent'),
      now: () => Date.now() + embedded.ahead,
      onRequest: (call) => embedded.log.push(call),
    });
    return embedded;
  }

  get url(): string {
    return this.#started.url;
  }

  stop(): Promise<void> {
    return this.#started.stop();
  }

  /** Signs in with the administrator's key. */
  adminToken(): Promise<string> {
    const key = this.#started.adminKey;
    if (key === null) throw new Error('This store has been started before');
    return this.signIn(key.keyId, key.keySecret);
  }

  async signIn(keyId: string, keySecret: string): Promise<string> {
    const { token } = await this.call<{ token: string }>('POST', '/token', '', { keyId, keySecret });
    return token;
  }

  /** Calls REST beside the gateway; the call is not recorded. Throws on anything but 200. */
  async call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
    const recorded = this.log.length;
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: { 'x-authorization': token, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    this.log.length = recorded;
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? (undefined as T) : JSON.parse(text);
  }

  get #started(): AuthApi {
    if (this.#api === null) throw new Error('Not started');
    return this.#api;
  }
}
