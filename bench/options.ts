import { parseArgs } from 'node:util';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** What is measured, and how. */
export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  /** Milliseconds that the upstream waits before each answer; each value is a run of its own. */
  readonly delays: readonly number[];
  readonly changing: boolean;
  readonly tokens: readonly string[];
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
  --delay MS,…        time that the upstream waits before each answer (0,5,25)
  --changing          upstream bodies differ in one field on every answer
  --shared            all callers have one token, in place of 64
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
      delay: { type: 'string', default: '0,5,25' },
      changing: { type: 'boolean', default: false },
      shared: { type: 'boolean', default: false },
      flame: { type: 'string' },
      output: { type: 'string' },
    },
  });
  const whole = !values.only && !values.servers && !values.changing && !values.shared && !values.flame;
  return {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    delays: values.delay.split(',').map(Number),
    changing: values.changing,
    tokens: Array.from({ length: values.shared ? 1 : 64 }, (_, index) => `token-${10 + index}`),
    operations: pick(OPERATIONS, values.only),
    servers: pick(CONTESTANTS, values.flame ?? (values.servers && `plain-apollo,${values.servers}`)),
    flame: values.flame,
    output: values.output ?? (whole ? 'bench/RESULTS.md' : undefined),
  };
}

function pick<T extends { readonly key: string }>(all: readonly T[], keys: string | undefined): readonly T[] {
  const wanted = keys?.split(',') ?? all.map(({ key }) => key);
  const unknown = wanted.filter((key) => !all.some((item) => item.key === key));
  if (unknown.length > 0) throw new Error(`There is no '${unknown.join("', '")}'.\n${USAGE}`);
  return all.filter(({ key }) => wanted.includes(key));
}
