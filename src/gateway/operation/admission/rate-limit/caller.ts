import { type CallerKey, countedKeys } from '../../../credentials/caller-key.ts';
import type { SentCredential } from '../../../credentials/sent-credential.ts';

/** Whoever is behind one request. */
export class Caller {
  /** Whether the operation of the request was taken from the points of its caller. */
  isCharged = false;
  /** Points that the operation was estimated to cost, and each event of its stream. */
  operationCost = 0;
  readonly #credential: SentCredential;
  readonly #address: string;
  #keys: readonly CallerKey[] | null = null;

  constructor(credential: SentCredential, address: string) {
    this.#credential = credential;
    this.#address = address;
  }

  /** What its use is counted by. */
  get keys(): readonly CallerKey[] {
    this.#keys ??= countedKeys(this.#credential, this.#address);
    return this.#keys;
  }
}
