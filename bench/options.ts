import { parseArgs } from 'node:util';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** Under what everything is measured once. */
export interface Conditions {
  /** Milliseconds that the upstream waits before each answer. */
  readonly delayMs: number;
  /** Whether upstream bodies differ in one field on every answer. */
  readonly changing: boolean;
  /** They take turns. */
  readonly tokens: readonly string[];
}

/** What is measured, and how. */
export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly conditions: readonly Conditions[];
  readonly operations: readonly Operation[];
  readonly servers: readonly Contestant[];
  /** Key of the server that is profiled. */
  readonly flame: string | undefined;
  /** File for the results; none where only a part is measured and none was named. */
  readonly output: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --only OPERATION,…  of ${OPERATIONS.map(({ key }) => key).join(', ')}
  --servers SERVER,…  of ${CONTESTANTS.map(({ key }) => key).join(', ')}; plain-apollo always takes part
  --rounds N          times that each server has its turn with each operation (3)
  --seconds N         length of one measurement (2)
  --delay MS,…        only these times that the upstream waits before each answer (0,5,25)
  --changing          only with upstream bodies that differ in one field on every answer (0 ms)
  --shared            only with one token of all callers, in place of 64 (0 ms)
  --flame SERVER      profiles this server: writes bench/profiles/*.cpuprofile, and no results
  --output FILE       where the tables go (bench/RESULTS.md for a full run, else nowhere)`;

/**
 * Reads the command line.
 * @throws if an option, an operation or a server is unknown.
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      servers: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
      delay: { type: 'string' },
      changing: { type: 'boolean', default: false },
      shared: { type: 'boolean', default: false },
      flame: { type: 'string' },
      output: { type: 'string' },
    },
  });
  const { delay, changing, shared, only, servers, flame } = values;
  const conditions = conditionsOf(delay?.split(',').map(Number), changing, shared);
  const whole =
    !only && !servers && !flame && conditions.length === conditionsOf(undefined, false, false).length;
  return {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    conditions,
    operations: pick(OPERATIONS, values.only),
    servers: pick(CONTESTANTS, values.flame ?? (values.servers && `plain-apollo,${values.servers}`)),
    flame: values.flame,
    output: values.output ?? (whole ? 'bench/RESULTS.md' : undefined),
  };
}

/** All conditions, or those that were chosen. */
function conditionsOf(
  delays: readonly number[] | undefined,
  changing: boolean,
  shared: boolean,
): readonly Conditions[] {
  const tokens = Array.from({ length: 64 }, (_, index) => `token-${10 + index}`);
  const isChosen = delays !== undefined || changing || shared;
  const plain = (delays ?? (isChosen ? [] : [0, 5, 25])).map((delayMs) => ({
    delayMs,
    changing: false,
    tokens,
  }));
  return [
    ...plain,
    ...(changing || !isChosen ? [{ delayMs: 0, changing: true, tokens }] : []),
    ...(shared || !isChosen ? [{ delayMs: 0, changing: false, tokens: tokens.slice(0, 1) }] : []),
  ];
}

function pick<T extends { readonly key: string }>(all: readonly T[], keys: string | undefined): readonly T[] {
  const wanted = keys?.split(',') ?? all.map(({ key }) => key);
  const unknown = wanted.filter((key) => !all.some((item) => item.key === key));
  if (unknown.length > 0) throw new Error(`There is no '${unknown.join("', '")}'.\n${USAGE}`);
  return all.filter(({ key }) => wanted.includes(key));
}
