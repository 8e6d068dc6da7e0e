/** What a balancer knows of one server behind it. */
interface Backend {
  readonly endpoint: string;
  readonly admin: string;
  isReady: boolean;
}

const PROBE_MS = 200;

/** Sends each request to the next of the servers whose `/ready` said, when it was last asked, that they are. */
export class Balancer {
  /** How often nobody was ready. */
  helpless = 0;
  readonly #backends = new Set<Backend>();
  readonly #timer = setInterval(() => void this.#probeAll(), PROBE_MS);
  #turn = 0;

  /** Adds a server; resolves when it was found to be ready. */
  async add(endpoint: string, admin: string): Promise<void> {
    const backend: Backend = { endpoint, admin, isReady: false };
    this.#backends.add(backend);
    while (!backend.isReady) await probe(backend);
  }

  /** Forgets a server that is no more. */
  remove(endpoint: string): void {
    for (const backend of this.#backends) if (backend.endpoint === endpoint) this.#backends.delete(backend);
  }

  /** Where the next request goes; null where nobody is ready. */
  next(): string | null {
    const ready = [...this.#backends].filter(({ isReady }) => isReady);
    this.#turn += 1;
    const chosen = ready[this.#turn % ready.length];
    if (!chosen) this.helpless += 1;
    return chosen?.endpoint ?? null;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #probeAll(): Promise<void> {
    await Promise.all([...this.#backends].map(probe));
  }
}

async function probe(backend: Backend): Promise<void> {
  const answer = await fetch(`${backend.admin}/ready`).catch(() => null);
  await answer?.text();
  backend.isReady = answer?.ok ?? false;
}
