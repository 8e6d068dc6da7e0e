import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../bin/rolegraph.js', import.meta.url));

/** What a finished command left. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the real command line, as a user would, without this process's `ROLEGRAPH_*` variables.
 *
 * @param command the file that Node runs; this checkout's own unless given.
 */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, command = main): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ROLEGRAPH_'));
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
  });
  return new Running(child);
}

/** Runs a command to its end. */
export function run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Result> {
  return start(args, env).ended;
}

/** A command under way. */
export class Running {
  readonly ended: Promise<Result>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #closed = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
    });
    this.ended = once(child, 'close').then(([code]) => {
      this.#closed = true;
      return { code, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  /** What it has said on standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /**
   * Waits until standard output has a match.
   *
   * @returns its first group.
   * @throws {Error} the command ends without it; the message holds all it said.
   */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#stdout)?.[1];
      if (match !== undefined) return match;
      if (this.#closed) {
        throw new Error(`Ended without printing ${pattern}:\n${this.#stdout}${this.#stderr}`);
      }
      await Promise.race([this.ended, this.#child.stdout && once(this.#child.stdout, 'data')]);
    }
  }

  /** Closes standard output, as a reader that ends does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  /** Sends a signal that is not to end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal; resolves when the command has ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Result> {
    this.#child.kill(signal);
    return this.ended;
  }
}
