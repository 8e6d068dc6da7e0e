import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Answer } from './answer.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

const TAKEN = 'HTTP/1.1 100 Continue\r\n\r\n';

/** A request of which the server has the headers and the first half of the body. */
export class SlowRequest {
  readonly #socket: Socket;
  readonly #rest: string;
  #came: string;

  private constructor(socket: Socket, rest: string, came: string) {
    this.#socket = socket;
    this.#rest = rest;
    this.#came = came;
    socket.on('data', (text) => {
      this.#came += text;
    });
  }

  /** Sends all but the second half of the body. The server says that it has taken the headers, so nothing is guessed. */
  static async start(baseUrl: string, { method, path, token, body }: Sent): Promise<SlowRequest> {
    const { hostname, port, host } = new URL(baseUrl);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    await once(socket, 'connect');
    const text = JSON.stringify(body);
    const half = Math.ceil(text.length / 2);
    const head = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: close',
      'Expect: 100-continue',
      `X-Authorization: ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${text.slice(0, half)}`);
    let came = '';
    while (!came.includes(TAKEN)) came += String((await once(socket, 'data'))[0]);
    return new SlowRequest(socket, text.slice(half), came.slice(came.indexOf(TAKEN) + TAKEN.length));
  }

  /** Sends the rest of the body, and gives what is answered. */
  async finish(): Promise<Answer> {
    const ended = once(this.#socket, 'end');
    this.#socket.write(this.#rest);
    await ended;
    const [head = '', ...rest] = this.#came.split('\r\n\r\n');
    const status = Number(head.split(' ')[1]);
    return new Answer(status, {}, rest.join('\r\n\r\n'));
  }

  /** Leaves without sending the rest. */
  abandon(): void {
    this.#socket.destroy();
  }
}
