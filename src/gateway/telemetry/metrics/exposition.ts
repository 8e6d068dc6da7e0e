/** One metric that can be scraped, in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Metric {
  readonly name: string;
  /** Lines, each with its end. */
  text(): string;
}

/** Writes what stands above the series of a metric. */
export function headerText(name: string, help: string, type: 'counter' | 'gauge' | 'histogram'): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

/** Writes the value of one series as a line. */
export function seriesText(
  name: string,
  labelNames: readonly string[],
  labels: readonly string[],
  value: number,
): string {
  const pairs = labelNames.map((label, index) => `${label}="${escaped(labels[index] ?? '')}"`).join(',');
  return `${name}${pairs && `{${pairs}}`} ${value}\n`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
