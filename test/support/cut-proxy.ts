import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in front of another whose line breaks when it is told to. */
export interface CutProxy {
  readonly url: string;
  /** Calls that arrived since the line was last mended. */
  readonly calls: number;
  /**
   * Lets so many calls through, and breaks the line at the next: before the call reaches the server, or after it was
   * carried out, so that only its answer is lost. All later calls find the line broken.
   */
  cutAfter(calls: number, where: 'before' | 'after'): void;
  /** Mends the line. */
  mend(): void;
  /** Answers calls to these paths itself, with 404, as a server that has no such calls. */
  hide(paths: RegExp): void;
  stop(): Promise<void>;
}

/** Starts a proxy whose line is whole. */
export async function startCutProxy(target: string): Promise<CutProxy> {
  let left = Number.POSITIVE_INFINITY;
  let answersLast = false;
  let calls = 0;
  let hidden: RegExp | null = null;

  const server = createServer((request, response) => {
    calls += 1;
    left -= 1;
    if (hidden?.test(request.url ?? '')) {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"status":404,"message":"No such call"}');
    } else if (left >= 0) void forward(target, request, response);
    else if (left === -1 && answersLast)
      void forward(target, request, null).finally(() => request.socket.destroy());
    else request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    cutAfter(allowed, where) {
      left = allowed;
      answersLast = where === 'after';
      calls = 0;
    },
    mend() {
      left = Number.POSITIVE_INFINITY;
      calls = 0;
    },
    hide(paths) {
      hidden = paths;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes a call on, and its answer back where there is somebody to answer. */
async function forward(
  target: string,
  request: IncomingMessage,
  response: ServerResponse | null,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { 'x-authorization': token, 'content-type': type } = request.headers;
  const answer = await fetch(target + request.url, {
    method: request.method ?? 'GET',
    headers: { ...(token && { 'x-authorization': String(token) }), ...(type && { 'content-type': type }) },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  response
    ?.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      'content-length': body.length,
    })
    .end(body);
}
