import type { Result, Row } from './rounds.ts';

const COLUMNS = [
  'server',
  'requests/s',
  'ratio',
  'ratios of the rounds',
  'p50 ms',
  'p99 ms',
  'alone ms',
  'CPU ms',
  'CPU ratio',
  'REST calls',
  'round trips',
  'MiB',
];

/** Writes a table in Markdown: one line for each server, medians of the rounds. */
export function writeTable(rows: readonly Row[]): string {
  const cells = rows.map(({ name, calls, roundTrips, results }) => {
    const median = (of: (result: Result) => number) => medianOf(results.map(of));
    return [
      name,
      figure(median(({ requestsPerSecond }) => requestsPerSecond)),
      median(({ ratio }) => ratio).toFixed(2),
      results.map(({ ratio }) => ratio.toFixed(1)).join(' '),
      figure(median(({ p50 }) => p50)),
      figure(median(({ p99 }) => p99)),
      figure(median(({ alone }) => alone)),
      figure(median(({ cpuMs }) => cpuMs)),
      median(({ cpuRatio }) => cpuRatio).toFixed(2),
      String(calls),
      String(roundTrips),
      String(median(({ memory }) => memory)),
    ];
  });
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(COLUMNS), line(rule), ...cells.map(line)].join('\n');
}

/** Gives the middle one of some numbers; the mean of both where two are in the middle. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** Writes a number with three digits that count. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
