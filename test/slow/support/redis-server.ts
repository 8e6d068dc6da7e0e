import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export const REDIS = '/usr/bin/redis-server';

/** Whether tests that need Redis are to run: where it is, and where they must not be skipped. */
export const runsRedis = existsSync(REDIS) || process.env['REQUIRE_REDIS'] === '1';

/** A Redis of its own that keeps what it took, to be stopped and started again on one port and folder. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `redis://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const keeping = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    this.#process = spawn(REDIS, [...args, ...keeping], { stdio: 'ignore' });
    while (!(await this.#answers())) await setTimeout(20);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const ended = this.#process;
    this.#process = null;
    if (!ended) return;
    const exit = once(ended, 'exit');
    ended.kill(signal);
    await exit;
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', (data) => {
        socket.destroy();
        resolve(data.toString().startsWith('+PONG'));
      });
      socket.once('error', () => resolve(false));
    });
  }
}
