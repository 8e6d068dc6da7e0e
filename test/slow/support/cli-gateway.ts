import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface CliGatewayOptions {
  readonly port?: number;
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Settings besides, as environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway as a process of its own, in front of an API that is another. */
export class CliGateway {
  readonly #process: ChildProcess;
  url = '';
  /** Where operators look, without a path. */
  adminUrl = '';

  private constructor(authorizationUrl: string, { port = 0, nodeArgs = [], env }: CliGatewayOptions) {
    const where = ['--port', String(port), '--admin-port', '0', '--authorization-url', authorizationUrl];
    this.#process = spawn(process.execPath, [...nodeArgs, main, 'serve', ...where], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
  }

  /** Starts one; resolves when it has printed where it listens, rejects when it ends before. */
  static async start(authorizationUrl: string, options: CliGatewayOptions = {}): Promise<CliGateway> {
    const gateway = new CliGateway(authorizationUrl, options);
    let output = '';
    let errors = '';
    gateway.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (gateway.url === '') errors += text;
    });
    for await (const text of gateway.#process.stdout?.setEncoding('utf8') ?? []) {
      output += text;
      const admin = /Admin\s+(http:\S+)/.exec(output)?.[1];
      if (admin !== undefined) gateway.adminUrl = new URL(admin).origin;
      gateway.url = /GraphQL\s+(http:\S+)/.exec(output)?.[1] ?? '';
      if (gateway.url !== '') return gateway;
    }
    throw new Error(`The gateway ended before it listened:\n${output}${errors}`);
  }

  /** The process, to be looked at. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await closed;
  }
}
