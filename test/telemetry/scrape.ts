import { z } from 'zod';

/** One line of `/metrics`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads `/metrics` as Prometheus does. Throws for a line that is none. */
export async function scrape(adminUrl: string): Promise<readonly Sample[]> {
  const response = await fetch(`${adminUrl}/metrics`);
  if (!response.headers.get('content-type')?.startsWith('text/plain; version=0.0.4'))
    throw new Error('no metrics');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map(readSample);
}

/** Adds up the values of a metric, over the series that have these labels. */
export function total(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Reads the HTTP status and the `status` of a probe. */
export async function statusOf(adminUrl: string, path: string): Promise<[number, string]> {
  const response = await fetch(adminUrl + path);
  return [response.status, z.object({ status: z.string() }).parse(await response.json()).status];
}

function readSample(line: string): Sample {
  const match = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (!match) throw new Error(`Not a sample: ${line}`);
  const [, name = '', pairs = '', value] = match;
  const labels = [...pairs.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [
    label,
    text,
  ]);
  return { name, labels: Object.fromEntries(labels), value: value === 'Nan' ? Number.NaN : Number(value) };
}
