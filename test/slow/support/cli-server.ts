import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** The embedded API as a process of its own, started as a user starts it: `rolegraph authapi`. */
export class CliServer {
  readonly #process: ChildProcess;
  readonly #data: string;
  /** Everything it has printed so far. */
  output = '';
  url = '';

  private constructor(data: string, port: number) {
    this.#data = data;
    const args = [main, 'authapi', '--port', String(port), '--data', data, '--no-seed'];
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Starts it on a data folder; resolves when it has printed where it listens, rejects when it ends before. */
  static async start(data: string, port = 0): Promise<CliServer> {
    const server = new CliServer(data, port);
    await server.#listening();
    return server;
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.stdout?.on('data', () => {
        const url = /^\s*REST API\s+(http:\S+)/m.exec(this.output)?.[1];
        if (url === undefined) return;
        this.url = new URL(url).origin;
        resolve();
      });
      this.#process.once('close', () => reject(new Error(`It ended before it listened:\n${this.output}`)));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends a signal and waits for the end; resolves to the exit code, `null` when the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const closed = once(this.#process, 'close');
    this.#process.kill(signal);
    await closed;
    return this.#process.exitCode;
  }

  /** Reads the administrator's key pair from the data folder and exchanges it for a token. */
  async signIn(): Promise<string> {
    const body = await readFile(join(this.#data, 'admin-key.json'), 'utf8');
    const response = await this.call('POST', '/token', '', body);
    const { token } = JSON.parse(response);
    return String(token);
  }

  /** Calls `/api<path>`; resolves to the body once it has been read to its end, rejects on anything but 200. */
  async call(method: string, path: string, token: string, body?: string): Promise<string> {
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        'x-authorization': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body ?? null,
    });
    const text = await response.text();
    if (response.status !== 200) throw new Refused(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }
}

/** Tells an answer that is not 200 from a connection that broke. */
export class Refused extends Error {}
