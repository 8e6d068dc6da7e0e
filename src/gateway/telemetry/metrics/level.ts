import { headerText, type Metric, seriesText } from './exposition.ts';

/** Tells how many there are of something now. */
export class Level implements Metric {
  readonly name: string;
  readonly #help: string;
  #value = 0;

  constructor(name: string, help: string) {
    this.name = name;
    this.#help = help;
  }

  /** Adds some, or takes some away. */
  change(by: number): void {
    this.#value += by;
  }

  text(): string {
    return headerText(this.name, this.#help, 'gauge') + seriesText(this.name, [], [], this.#value);
  }
}
