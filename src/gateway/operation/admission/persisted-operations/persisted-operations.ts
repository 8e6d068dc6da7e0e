import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { OperationList } from './operation-list.ts';

/** What the list of operations means: nothing, a record of what is not in it, or a bound. */
export type PersistedOperationsMode = 'off' | 'log' | 'allow-listed' | 'id-only';

export interface PersistedOperationsOptions {
  readonly mode: PersistedOperationsMode;
  /** The operations that are known beforehand; empty where there is no list. */
  readonly list: OperationList;
  /** Bytes of documents that clients may register by their hash (APQ); 0: none. */
  readonly apqBytes: number;
}

/** Operations outside the list are logged once each, up to so many. */
const MOST_LOGGED = 1000;

/**
 * Knows documents by their ids: those of the list, and where the list is no bound, those that clients registered by
 * their SHA-256. Apollo Server looks up and registers here.
 */
export class PersistedOperations {
  #mode: PersistedOperationsMode = 'off';
  #list: OperationList = new Map();
  #listedHashes: ReadonlySet<string> = new Set();
  readonly #registered: LRUCache<string, string> | null;
  readonly #logged = new LRUCache<string, true>({ max: MOST_LOGGED });
  readonly #logger: Logger;

  constructor(options: PersistedOperationsOptions, logger: Logger) {
    const { apqBytes } = options;
    this.#registered =
      apqBytes === 0
        ? null
        : new LRUCache({ maxSize: apqBytes, sizeCalculation: (text, id) => text.length + id.length });
    this.#logger = logger;
    this.adjust(options);
  }

  /** Takes another list, or gives it another meaning. What clients have registered stays, for when it counts again. */
  adjust({ mode, list }: Pick<PersistedOperationsOptions, 'mode' | 'list'>): void {
    this.#mode = mode;
    if (list === this.#list) return;
    this.#list = list;
    this.#listedHashes = new Set([...list.values()].map((text) => hash('sha256', text)));
  }

  /** Whether any document can be known by an id. */
  get isOn(): boolean {
    return this.#list.size > 0 || this.#taken !== null;
  }

  /** Whether there is any operation that may be sent as a text. */
  get takesTexts(): boolean {
    return this.#mode !== 'id-only';
  }

  /** What clients may register; null where the list is a bound. */
  get #taken(): LRUCache<string, string> | null {
    return this.#mode === 'allow-listed' || this.#mode === 'id-only' ? null : this.#registered;
  }

  async get(key: string): Promise<string | undefined> {
    const id = idOf(key);
    return this.#list.get(id) ?? this.#list.get(id.replace(/^sha256:/, '')) ?? this.#taken?.get(id);
  }

  async set(key: string, text: string): Promise<void> {
    this.#taken?.set(idOf(key), text);
  }

  async delete(key: string): Promise<boolean> {
    return this.#taken?.delete(idOf(key)) ?? false;
  }

  /**
   * Says whether an operation may be executed as it came.
   *
   * @param sha256 of the document.
   * @param isById whether it was named by an id, instead of being sent.
   * @returns why not.
   */
  refusalOf(sha256: string, isById: boolean): GraphQLError | null {
    if (this.#mode === 'off' || (isById && this.#mode !== 'log')) return null;
    if (this.#mode === 'id-only') return idRequired();
    if (this.#listedHashes.has(sha256)) return null;
    if (this.#mode === 'allow-listed') return notListed();
    if (!this.#logged.has(sha256)) {
      this.#logged.set(sha256, true);
      // Not its text: values may be written in it, secrets among them.
      this.#logger.info({ sha256 }, 'An operation is not in the list of persisted operations');
    }
    return null;
  }
}

// Made for each request: whoever handles an error may write into it what belongs to that request alone.
function idRequired(): GraphQLError {
  return new GraphQLError(
    'Operations are taken by the ids that their clients were built with only: send documentId, or extensions.persistedQuery, and no query.',
    { extensions: { code: 'PERSISTED_QUERY_ID_REQUIRED' } },
  );
}

function notListed(): GraphQLError {
  return new GraphQLError(
    'This operation is not in the list of those that are taken here. Its text must be that of the list, to the letter.',
    { extensions: { code: 'QUERY_NOT_IN_SAFELIST' } },
  );
}

/** Apollo Server puts a prefix of its own before each hash. */
function idOf(key: string): string {
  return key.replace(/^apq:/, '');
}
