/** `Accept` of both ways over HTTP. */
export const EVENT_STREAM = 'text/event-stream';
export const MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0';

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
type Message = any;

/** A stream over HTTP that is read part by part. */
export class RawStream {
  readonly status: number;
  readonly headers: Headers;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #leaving: AbortController;
  readonly #chunks: string[] = [];
  /** What no message was found in yet. To search all that was ever read would take longer with every message. */
  #unread = '';

  private constructor(response: Response, leaving: AbortController) {
    this.status = response.status;
    this.headers = response.headers;
    if (!response.body) throw new Error('no body');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    this.#leaving = leaving;
  }

  /** Sends an operation, and waits until there is an answer to read. */
  static async open(
    endpoint: string,
    query: string,
    headers: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<RawStream> {
    const leaving = new AbortController();
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
      signal: leaving.signal,
    });
    return new RawStream(response, leaving);
  }

  /** Whatever was read, as it came. */
  get text(): string {
    return this.#chunks.join('');
  }

  /** The next message, of either format; heartbeats are passed over. Null at the end. */
  async next(): Promise<Message | null> {
    for (;;) {
      const found = this.#take();
      if (found) return found;
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#chunks.push(value);
      this.#unread += value;
    }
  }

  /** Reads to the end. */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const message = await this.next();
      if (message === null) return messages;
      messages.push(message);
    }
  }

  /** Hangs up. */
  leave(): void {
    this.#reader.closed.catch(() => {});
    this.#leaving.abort();
  }

  #take(): Message | null {
    const found = /(?:event: next\ndata: (.+)\n\n|\r\n\r\n(\{.+\})\r\n--graphql)/.exec(this.#unread);
    if (!found) return null;
    this.#unread = this.#unread.slice(found.index + found[0].length);
    return JSON.parse(found[1] ?? found[2] ?? '');
  }
}
