import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from './random.ts';

/** What may happen to one call on its way. */
export type Fault =
  /** The answer comes so many milliseconds later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call never gets there: the connection ends. */
  | { readonly kind: 'drop' }
  /** The call is done, and the connection ends after so many bytes of the answer's body. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The call never gets there, and nobody says so. */
  | { readonly kind: 'black hole' }
  /** The call gets there so many milliseconds later, when its caller may have given it up. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The call is done, and nobody ever says so. */
  | { readonly kind: 'silence' }
  /** The call never gets there: something in between answers. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The call is done, and something in between that gave up waiting answers. */
  | { readonly kind: 'lost answer'; readonly status: number }
  /** The call is done, and its answer is sent twice. */
  | { readonly kind: 'duplicate answer' }
  /** The call is done, and its answer comes this slowly. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number };

/** How often a fault strikes, and which calls. */
export interface FaultRule {
  /** `METHOD /path` of the calls; left out, all. */
  readonly route?: RegExp;
  /** How many calls it strikes; left out, there is no end. */
  readonly times?: number;
  /** From 0 to 1; left out, always. */
  readonly probability?: number;
  readonly fault: Fault;
}

/** One call that came by. */
export interface JournalEntry {
  readonly at: number;
  readonly call: string;
  readonly fault: Fault['kind'] | null;
  /** Whether the call was passed on to the server behind. */
  readonly reached: boolean;
}

interface Call {
  readonly name: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A server between a client and another server that does to calls what networks do. Which call meets which fault is
 * drawn from a seed, in the order in which calls come: the same calls in the same order meet the same faults.
 */
export class ChaosProxy {
  readonly url: string;
  readonly journal: JournalEntry[] = [];
  readonly #target: URL;
  readonly #server: ReturnType<typeof createServer>;
  readonly #random: () => number;
  #rules: readonly FaultRule[] = [];
  readonly #strikes = new Map<FaultRule, number>();

  static async start(target: string, seed: number): Promise<ChaosProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ChaosProxy(new URL(target), server, seededRandom(seed));
  }

  private constructor(target: URL, server: ReturnType<typeof createServer>, random: () => number) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#target = target;
    this.#server = server;
    this.#random = random;
    server.on('request', (request, response) => {
      // A client that leaves, or a server behind that is gone, is what this is for.
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Says what happens from now on: the first rule that fits and strikes. None: calls just pass. */
  apply(...rules: readonly FaultRule[]): void {
    this.#rules = rules;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method} ${request.url}`;
    const fault = this.#draw(name);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = { name, request, response, body: Buffer.concat(chunks) };
    const reached = fault === null || !['drop', 'black hole', 'status'].includes(fault.kind);
    this.journal.push({ at: performance.now(), call: name, fault: fault?.kind ?? null, reached });
    if (fault?.kind === 'late') await pause(fault.ms);
    if (reached) await deliver(call, await this.#pass(call), fault);
    else if (fault.kind === 'drop') response.socket?.resetAndDestroy();
    else if (fault.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end('{"message":"said by the chaos proxy"}');
    }
  }

  #draw(call: string): Fault | null {
    for (const rule of this.#rules) {
      const { route, times = Infinity, probability = 1, fault } = rule;
      const strikes = this.#strikes.get(rule) ?? 0;
      if (strikes >= times || (route && !route.test(call))) continue;
      if (probability < 1 && this.#random() >= probability) continue;
      this.#strikes.set(rule, strikes + 1);
      return fault;
    }
    return null;
  }

  #pass({ request, body }: Call): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = request;
    send({ hostname, port, method, path, headers, agent: false }, async (answer) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      } catch (error) {
        reject(error);
      }
    })
      .on('error', reject)
      .end(body);
    return promise;
  }
}

async function deliver(
  { response }: Call,
  { status, headers, body }: Answer,
  fault: Fault | null,
): Promise<void> {
  if (fault?.kind === 'silence') return;
  if (fault?.kind === 'delay') await pause(fault.ms);
  if (fault?.kind === 'lost answer') {
    response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    return;
  }
  const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...kept } = headers;
  const head = { ...kept, 'content-length': body.length };
  if (fault?.kind === 'duplicate answer') {
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
    const text = Buffer.concat([Buffer.from(`HTTP/1.1 ${status} OK\r\n${lines.join('\r\n')}\r\n\r\n`), body]);
    response.socket?.end(Buffer.concat([text, text]));
    return;
  }
  response.writeHead(status, head);
  if (fault?.kind === 'reset') {
    response.flushHeaders();
    response.write(body.subarray(0, fault.afterBytes), () => response.socket?.resetAndDestroy());
  } else if (fault?.kind === 'bandwidth') {
    const step = Math.max(1, Math.ceil(fault.bytesPerSecond / 20));
    for (let at = 0; at < body.length && !response.destroyed; at += step) {
      response.write(body.subarray(at, at + step));
      await pause(50);
    }
    response.end();
  } else response.end(body);
}
