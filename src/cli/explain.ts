import { z } from 'zod';
import type { Explanation } from '../gateway/operation/cost-report/report-costs.ts';
import { ExplainError } from './explain-error.ts';
import { readOperationFiles, readText } from './operation-files.ts';

export interface ExplainFlags {
  readonly json?: boolean;
  /** Most REST calls that an operation may make, as it was written. */
  readonly maxCalls?: string;
  /** Records of each kind, as it was written. */
  readonly records?: string;
  /** A file with values of variables. */
  readonly variables?: string;
}

/** What an operation costs, and where it stands. */
interface Explained extends Explanation {
  readonly file: string;
}

const MOST_RECORDS = 100_000;
const DEFAULT_RECORDS = 100;

/**
 * Prints the REST calls that each operation of some files makes at worst. Makes the process exit with 1 where one makes
 * more than it may, or could not be explained to its end.
 *
 * @param paths files, and folders of files.
 * @throws {ExplainError} they hold no operations of this schema, or a flag has no number.
 */
export async function explainFiles(paths: readonly string[], flags: ExplainFlags): Promise<void> {
  const maxCalls = flags.maxCalls === undefined ? null : wholeNumber('--max-calls', flags.maxCalls, 0);
  const records = flags.records === undefined ? DEFAULT_RECORDS : wholeNumber('--records', flags.records, 1);
  const variables = flags.variables === undefined ? {} : readVariables(flags.variables);
  const [{ buildSchema }, { explainOperations }] = await Promise.all([
    import('../gateway/schema.ts'),
    import('../gateway/operation/cost-report/report-costs.ts'),
  ]);
  const schema = buildSchema();
  const explanations: Explained[] = [];
  for (const { path: file, document } of readOperationFiles(paths, schema)) {
    const explained = await explainOperations(schema, document, { records, variables });
    explanations.push(...explained.map((one) => ({ file, ...one })));
  }
  if (explanations.length === 0) throw new ExplainError(`No operation is in ${paths.join(', ')}`);
  const areSeveral = new Set(explanations.map(({ file }) => file)).size > 1;
  const isOver = ({ restCalls }: Explanation) =>
    maxCalls !== null && restCalls !== null && restCalls > maxCalls;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(explanations, null, 2)}\n`
      : explanations.map((one) => describe(one, areSeveral, isOver(one) ? maxCalls : null)).join('\n'),
  );
  if (explanations.some((one) => isOver(one) || one.faults.length > 0)) process.exitCode = 1;
}

function describe(
  { file, name, type, restCalls, calls, points, faults }: Explained,
  withFile: boolean,
  exceeded: number | null,
): string {
  const title = `${withFile ? `${file}: ` : ''}${name === null ? type : `${type} ${name}`}`;
  const count =
    restCalls === null
      ? 'REST calls for each event'
      : `${restCalls} REST ${restCalls === 1 ? 'call' : 'calls'}`;
  const verdict = exceeded === null ? '' : ` (more than ${exceeded})`;
  const width = String(calls[0]?.times ?? 0).length;
  return [
    `${title}: ${count}${verdict}, ${points} points`,
    ...calls.map(({ call, times }) => `  ${String(times).padStart(width)}  ${call}`),
    ...faults.map((fault) => `  not explained to its end: ${fault} (give values with --variables)`),
    '',
  ].join('\n');
}

function readVariables(path: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readText(path)));
  } catch (error) {
    if (error instanceof ExplainError) throw error;
    throw new ExplainError(`${path} must hold one JSON object, with the values of variables by their names`);
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= MOST_RECORDS) return number;
  throw new ExplainError(`${flag} must be a whole number from ${least} to ${MOST_RECORDS}`);
}
