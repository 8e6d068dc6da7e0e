import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const HAPROXY = '/usr/sbin/haproxy';

/** Whether tests that need HAProxy are to run: where it is, and where they must not be skipped. */
export const runsHaproxy = existsSync(HAPROXY) || process.env['REQUIRE_HAPROXY'] === '1';

/** A replica, by the ports that it keeps over restarts. */
export interface Replica {
  readonly port: number;
  readonly adminPort: number;
}

/** HAProxy with `deploy/haproxy.cfg`, in which only addresses differ: where it listens, and where the replicas are. */
export class Haproxy {
  readonly endpoint: string;
  readonly #process: ChildProcess;
  #output = '';

  private constructor(folder: string, port: number, replicas: readonly Replica[]) {
    this.endpoint = `http://127.0.0.1:${port}/graphql`;
    const deployed = readFileSync(new URL('../../../deploy/haproxy.cfg', import.meta.url), 'utf8');
    const servers = replicas.map(
      ({ port: own, adminPort }) => `  server replica${own} 127.0.0.1:${own} check port ${adminPort}\n`,
    );
    const config = deployed
      .replace(/bind :4000\n/, `bind 127.0.0.1:${port}\n`)
      .replace(/ {2}server-template .*\n/, servers.join(''));
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, config);
    this.#process = spawn(HAPROXY, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Starts it, and waits until it answers. Throws with what it said if it ends instead. */
  static async start(folder: string, port: number, replicas: readonly Replica[]): Promise<Haproxy> {
    const haproxy = new Haproxy(folder, port, replicas);
    while (!(await answers(haproxy.endpoint))) {
      if (haproxy.#process.exitCode !== null) throw new Error(haproxy.#output);
    }
    return haproxy;
  }

  /** Whether it has seen a replica go down, and come back. */
  isUpAgain({ port }: Replica): boolean {
    const server = `Server replicas/replica${port} is`;
    return this.#output.lastIndexOf(`${server} UP`) > this.#output.lastIndexOf(`${server} DOWN`);
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
