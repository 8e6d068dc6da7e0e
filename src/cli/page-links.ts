import { randomBytes } from 'node:crypto';

/**
 * The keys of the links that are printed for the pages. Each gives the token once: whoever finds the link later, in the
 * history of a browser or in a log, gets nothing for it. They are those of one start.
 */
export class PageLinks {
  readonly #token: string;
  readonly #keys = new Set<string>();

  constructor(token: string) {
    this.#token = token;
  }

  /** Makes the link to a page. Its key is in the part that browsers send to nobody. */
  linkTo(page: URL): URL {
    const key = randomBytes(16).toString('base64url');
    this.#keys.add(key);
    return new URL(`#key=${key}`, page);
  }

  /** Gives the token for a key, and null ever after. */
  claim(key: string): string | null {
    return this.#keys.delete(key) ? this.#token : null;
  }
}
