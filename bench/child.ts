import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onCore } from './cores.ts';

/** A server in a process of its own. */
export interface Child {
  readonly url: string;
  /** What it had printed when it told where it listens. */
  readonly printed: string;
  /** Resident memory in MiB, as the operating system counts it. */
  memory(): number;
  /** Milliseconds of processor time used so far, in steps of 10. */
  cpuMs(): number;
  /** Begins to record a profile, or ends it and writes it; only of a child started with `profile.ts`. */
  toggleProfile(): void;
  /** Lets it do nothing at all until it is thawed: a server that was busy collects its garbage afterwards. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const URL_LINE = /https?:\/\/127\.0\.0\.1:\d+/;
const MS_PER_TICK = 10;
/** Hive Gateway goes on after SIGTERM as long as somebody might call. */
const STOP_MS = 3000;

/**
 * Starts a Node program on a core and waits until it prints where it listens.
 * @throws if it ends before that.
 */
export async function startChild(core: number, args: readonly string[]): Promise<Child> {
  const [command = '', ...rest] = onCore(core, [process.execPath, ...args]);
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      ROLEGRAPH_LOG_LEVEL: 'error',
      // One caller sends all of the load: its points are counted, and there are always more.
      ROLEGRAPH_RATE_POINTS: '1000000000000',
    },
  });
  const { url, printed } = await firstUrl(child, args);
  return {
    url,
    printed,
    memory: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
    },
    cpuMs: () => {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      // The program's name may hold blanks, but is in brackets; see proc(5) for the rest.
      const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(stat) ?? [];
      return (Number(user) + Number(system)) * MS_PER_TICK;
    },
    toggleProfile: () => child.kill('SIGUSR2'),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(force);
    },
  };
}

function firstUrl(child: ChildProcess, args: readonly string[]): Promise<Pick<Child, 'url' | 'printed'>> {
  return new Promise((resolve, reject) => {
    let printed = '';
    // Reading goes on after the URL, or the child would stop at a full pipe.
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [url] = URL_LINE.exec(printed) ?? [];
      if (url) resolve({ url, printed });
    });
    child.once('exit', () =>
      reject(new Error(`${args.join(' ')} ended before it printed a URL:\n${printed}`)),
    );
  });
}
