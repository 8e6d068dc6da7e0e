type Level<T> = Map<string, Level<T> | T>;

/** The series of one metric, by the values of its labels. Found faster than by one key made of all of them. */
export class ByLabels<T extends object> {
  readonly #make: () => T;
  readonly #root: Level<T> = new Map();
  readonly #entries: { readonly labels: readonly string[]; readonly value: T }[] = [];

  constructor(make: () => T) {
    this.#make = make;
  }

  /** Finds the series of these values, or begins it. */
  of(...labels: readonly string[]): T {
    let level = this.#root;
    const last = labels.length - 1;
    for (let index = 0; index < last; index += 1) {
      const label = labels[index] ?? '';
      let next = level.get(label);
      if (!(next instanceof Map)) {
        next = new Map();
        level.set(label, next);
      }
      level = next;
    }
    const label = labels[last] ?? '';
    const known = level.get(label);
    if (known && !(known instanceof Map)) return known;
    const value = this.#make();
    level.set(label, value);
    this.#entries.push({ labels, value });
    return value;
  }

  /** All series, in the order in which they began. */
  get entries(): readonly { readonly labels: readonly string[]; readonly value: T }[] {
    return this.#entries;
  }
}
