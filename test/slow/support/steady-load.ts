import { Agent, request } from 'undici';

/** An operation, as it is sent. */
export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface SteadyLoadOptions {
  /** Where each request goes; asked every time, as a balancer is. Null: it waits for its turn and asks again. */
  readonly endpoint: () => string | null;
  readonly token: string;
  readonly perSecond: number;
  /** The operation of each request, by its number. */
  readonly ask: (index: number) => Asked;
}

const TICK_MS = 5;

/** Clients that send so many requests a second, however long the answers take, on connections that they keep. */
export class SteadyLoad {
  /** What was answered as it should be. */
  answered = 0;
  /** What came instead of an answer without errors. */
  readonly failures: string[] = [];
  readonly #options: SteadyLoadOptions;
  readonly #agent = new Agent({ connections: 50 });
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #sent = 0;

  constructor(options: SteadyLoadOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sendDue(), TICK_MS);
  }

  /** Requests that were sent in a second, so far. */
  get rate(): number {
    return this.#sent / ((performance.now() - this.#startedAt) / 1000);
  }

  /** Sends no more; resolves when everything that was sent has been answered, or has failed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    await this.#agent.close();
  }

  #sendDue(): void {
    const due = ((performance.now() - this.#startedAt) / 1000) * this.#options.perSecond;
    while (this.#sent < due) {
      const endpoint = this.#options.endpoint();
      if (endpoint === null) return;
      this.#sent += 1;
      const pending = this.#send(endpoint, this.#options.ask(this.#sent)).finally(() =>
        this.#pending.delete(pending),
      );
      this.#pending.add(pending);
    }
  }

  async #send(endpoint: string, asked: Asked): Promise<void> {
    try {
      const { statusCode, body } = await request(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#options.token}` },
        body: JSON.stringify(asked),
        dispatcher: this.#agent,
      });
      const text = await body.text();
      if (statusCode === 200 && !text.includes('"errors"')) this.answered += 1;
      else this.failures.push(`${statusCode} ${text}`);
    } catch (error) {
      this.failures.push(String(Object(error).code ?? error));
    }
  }
}
