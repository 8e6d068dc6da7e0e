import type { WebSocket } from 'ws';
import type { StreamLimits } from '../../subscriptions/limits.ts';

/** Nobody is behind by so many times what may wait, unless they send without reading. */
const MOST_BUFFERS = 4;

/** How long a client may take to close its side. */
const LINGER_MS = 1000;

/** Writes to a WebSocket without letting more wait than it may, and finds out when nobody is there any more. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #bufferBytes: number;
  readonly #heartbeat: NodeJS.Timeout;
  #isAlive = true;
  /** Length of what waits here while its senders wait too: each has one message on its way, however long. */
  #awaited = 0;

  constructor(socket: WebSocket, { streamBufferBytes, streamKeepAliveMs }: StreamLimits) {
    this.#socket = socket;
    this.#bufferBytes = streamBufferBytes;
    this.#heartbeat = setInterval(() => this.#beat(), streamKeepAliveMs).unref();
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('ping', () => this.#mustRead());
    socket.once('close', () => clearInterval(this.#heartbeat));
  }

  /** Sends a text, at once. A promise asks to wait before sending more. */
  send(text: string): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount + text.length <= this.#bufferBytes) {
      this.#socket.send(text);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited += text.length;
    // Resolves, too, when the socket is closed: then the stream has other ways to know.
    this.#socket.send(text, () => {
      this.#awaited -= text.length;
      resolve();
    });
    return promise;
  }

  /** Sends what nobody waits for: answers to what the client says, the end of an operation. */
  say(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN && this.#mustRead()) this.#socket.send(text);
  }

  /** Closes it; what was sent before goes out first. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const impatience = setTimeout(() => this.#socket.terminate(), LINGER_MS).unref();
    this.#socket.once('close', () => clearTimeout(impatience));
  }

  #beat(): void {
    if (this.#isAlive) this.#socket.ping();
    else this.#socket.terminate();
    this.#isAlive = false;
  }

  /** Ends a connection whose client makes us write, and does not read. */
  #mustRead(): boolean {
    if (this.#socket.bufferedAmount - this.#awaited <= this.#bufferBytes * MOST_BUFFERS) return true;
    this.#socket.terminate();
    return false;
  }
}
