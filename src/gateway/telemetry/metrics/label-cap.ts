/**
 * Keeps a label from taking values without end: those that come first keep their name, all others are `other`. So
 * nobody can fill the memory, here and in the Prometheus that scrapes it, with names that they make up.
 */
export class LabelCap {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most || name.length > LONGEST_NAME) return 'other';
    this.#known.add(name);
    return name;
  }
}

const LONGEST_NAME = 64;
