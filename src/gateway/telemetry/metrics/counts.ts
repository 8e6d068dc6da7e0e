import { ByLabels } from './by-labels.ts';
import { headerText, type Metric, seriesText } from './exposition.ts';

/** Counts events by labels. On the way of every operation, where prom-client's counter would take ten times as long. */
export class Counts implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #series = new ByLabels(() => ({ count: 0 }));

  constructor(name: string, help: string, labelNames: readonly string[]) {
    this.name = name;
    this.#help = help;
    this.#labelNames = labelNames;
  }

  /** Counts one event. */
  add(...labels: readonly string[]): void {
    this.#series.of(...labels).count += 1;
  }

  text(): string {
    const lines = this.#series.entries.map(({ labels, value }) =>
      seriesText(this.name, this.#labelNames, labels, value.count),
    );
    return headerText(this.name, this.#help, 'counter') + lines.join('');
  }
}
