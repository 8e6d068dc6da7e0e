import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const STRACE = '/usr/bin/strace';
if (!existsSync(STRACE) && process.env['REQUIRE_STRACE']) throw new Error(`${STRACE} is missing`);

/** Whether system calls can be made to fail here. */
export const canFailDisks: boolean = existsSync(STRACE);

/** Makes system calls of a running process on the databases of one folder fail. */
export class DiskFaults {
  #strace: ChildProcess | undefined;

  /** Lets calls such as `pwrite64` fail with an error such as `ENOSPC` until {@link stop}, from when this resolves. */
  async inject(pid: number | undefined, folder: string, calls: string, error: string): Promise<void> {
    const files = (await readdir(folder)).filter((name) => /\.(sqlite|db)/.test(name));
    const args = ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`];
    const paths = files.flatMap((name) => ['-P', join(folder, name)]);
    const tracing = spawn(STRACE, [...args, ...paths, '-p', String(pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#strace = tracing;
    await new Promise<void>((resolve, reject) => {
      tracing.stderr.setEncoding('utf8').on('data', (text: string) => /attached/.test(text) && resolve());
      tracing.once('exit', () => reject(new Error('strace did not attach')));
    });
  }

  async stop(): Promise<void> {
    const ending = this.#strace;
    this.#strace = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const closed = once(ending, 'exit');
    ending.kill('SIGINT');
    await closed;
  }
}
