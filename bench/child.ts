import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** A server in a process of its own. */
export interface Child {
  readonly url: string;
  /** Resident memory in MiB, as the operating system counts it. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

const URL_LINE = /https?:\/\/127\.0\.0\.1:\d+/;

/**
 * Starts a Node program and waits until it prints where it listens.
 * @throws if it ends before that.
 */
export async function startChild(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Child> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const url = await firstUrl(child, args);
  return {
    url,
    memory: () => residentMemory(child),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function firstUrl(child: ChildProcess, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    // Reading goes on after the URL, or the child would stop at a full pipe.
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [url] = URL_LINE.exec(printed) ?? [];
      if (url) resolve(url);
    });
    child.once('exit', () =>
      reject(new Error(`${args.join(' ')} ended before it printed a URL:\n${printed}`)),
    );
  });
}

async function residentMemory(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
}
