import { Session } from 'node:inspector/promises';

/** How much the engine goes through, in what is one step of ours: as far as it searches, and as much as it copies. */
const found: Cost = (self, result, [, from]) => {
  const start = typeof from === 'number' ? from : 0;
  return (typeof result === 'number' && result >= 0 ? result : self.length) - start;
};
const all: Cost = (self) => self.length;
const made: Cost = (_, result) => (hasLength(result) ? result.length : 0);
const moved: Cost = (self, _, [start]) => self.length - (typeof start === 'number' ? start : 0);

const NATIVE: readonly [prototype: object, costs: Readonly<Record<string, Cost>>][] = [
  [
    String.prototype,
    {
      toLowerCase: all,
      toUpperCase: all,
      includes: all,
      indexOf: found,
      split: all,
      replace: all,
      replaceAll: all,
    },
  ],
  [
    Array.prototype,
    {
      includes: all,
      indexOf: found,
      concat: made,
      slice: made,
      splice: moved,
      shift: all,
      unshift: all,
      join: all,
    },
  ],
];

/**
 * Counts the steps that something takes in this process: how often each block of code is executed, as the engine's coverage
 * has it, and the lengths of what is searched, copied and written by the engine itself. The same work takes the same
 * steps, however busy the machine is.
 */
export async function stepsOf(run: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const native = countNative();
  try {
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    let steps = native.stop();
    for (const { url, functions } of result) {
      if (!isOurs(url)) continue;
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
    }
    return steps;
  } finally {
    native.stop();
    session.disconnect();
  }
}

/** The product and what it is made with; not the tests, and what runs them. */
function isOurs(url: string): boolean {
  return (
    /\/(src|node_modules)\//.test(url) && !/\/node_modules\/(@?vitest|vite|fast-check|undici)\b/.test(url)
  );
}

function countNative(): { stop(): number } {
  let steps = 0;
  const undo: (() => void)[] = [];
  const replace = (holder: object, name: string | symbol, make: (original: Native) => Native) => {
    const original: Native = Reflect.get(holder, name);
    Reflect.defineProperty(holder, name, { value: make(original), configurable: true, writable: true });
    undo.push(() =>
      Reflect.defineProperty(holder, name, { value: original, configurable: true, writable: true }),
    );
  };
  for (const [prototype, costs] of NATIVE) {
    for (const [name, cost] of Object.entries(costs)) {
      replace(
        prototype,
        name,
        (original) =>
          function (this: Lengthy, ...args) {
            const result = original.apply(this, args);
            steps += Math.max(0, cost(this, result, args));
            return result;
          },
      );
    }
  }
  return {
    stop() {
      for (const back of undo.splice(0)) back();
      return steps;
    },
  };
}

interface Lengthy {
  readonly length: number;
}
type Native = (this: Lengthy, ...args: unknown[]) => unknown;
type Cost = (self: Lengthy, result: unknown, args: readonly unknown[]) => number;

function hasLength(value: unknown): value is Lengthy {
  return (typeof value === 'string' || Array.isArray(value)) && 'length' in Object(value);
}
