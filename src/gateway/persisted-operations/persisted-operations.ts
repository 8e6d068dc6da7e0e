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
  readonly #mode: PersistedOperationsMode;
  readonly #list: OperationList;
  readonly #listedHashes: ReadonlySet<string>;
  readonly #registered: LRUCache<string, string> | null;
  readonly #logged = new LRUCache<string, true>({ max: MOST_LOGGED });
  readonly #logger: Logger;

  constructor({ mode, list, apqBytes }: PersistedOperationsOptions, logger: Logger) {
    this.#mode = mode;
    this.#list = list;
    this.#listedHashes = new Set([...list.values()].map((text) => hash('sha256', text)));
    const isBound = mode === 'allow-listed' || mode === 'id-only';
    this.#registered =
      isBound || apqBytes === 0
        ? null
        : new LRUCache({ maxSize: apqBytes, sizeCalculation: (text, id) => text.length + id.length });
    this.#logger = logger;
  }

  /** Whether any document can be known by an id. */
  get isOn(): boolean {
    return this.#list.size > 0 || this.#registered !== null;
  }

  /** Whether there is any operation that may be sent as a text. */
  get takesTexts(): boolean {
    return this.#mode !== 'id-only';
  }

  async get(key: string): Promise<string | undefined> {
    const id = idOf(key);
    return this.#list.get(id) ?? this.#list.get(id.replace(/^sha256:/, '')) ?? this.#registered?.get(id);
  }

  async set(key: string, text: string): Promise<void> {
    this.#registered?.set(idOf(key), text);
  }

  async delete(key: string): Promise<boolean> {
    return this.#registered?.delete(idOf(key)) ?? false;
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
    if (this.#mode === 'id-only') return ID_REQUIRED;
    if (this.#listedHashes.has(sha256)) return null;
    if (this.#mode === 'allow-listed') return NOT_LISTED;
    if (!this.#logged.has(sha256)) {
      this.#logged.set(sha256, true);
      // Not its text: values may be written in it, secrets among them.
      this.#logger.info({ sha256 }, 'An operation is not in the list of persisted operations');
    }
    return null;
  }
}

const ID_REQUIRED = new GraphQLError(
  'Operations are taken by the ids that their clients were built with only: send documentId, or extensions.persistedQuery, and no query.',
  { extensions: { code: 'PERSISTED_QUERY_ID_REQUIRED' } },
);

const NOT_LISTED = new GraphQLError(
  'This operation is not in the list of those that are taken here. Its text must be that of the list, to the letter.',
  { extensions: { code: 'QUERY_NOT_IN_SAFELIST' } },
);

/** Apollo Server puts a prefix of its own before each hash. */
function idOf(key: string): string {
  return key.replace(/^apq:/, '');
}
