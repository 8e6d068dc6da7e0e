import { type Behaviour, text } from './misbehaving-server.ts';

/** Never answers, and keeps the connection. */
export const never: Behaviour = () => {};

/** Hangs up before the answer. */
export const reset: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** Sends the head and half of the body, then hangs up. */
export const half: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '20' });
  response.write('{"id":"a"', () => response.socket?.destroy());
};

/** Sends the head and half of the body, and keeps the connection. */
export const halfThenNothing: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '20' });
  response.write('{"id":"a"');
};

/** Claims that the body is shorter than it is: what fits the claim is no JSON. */
export const tooShortLength: Behaviour = (response) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n';
  response.socket?.end(`${head}{"id":"a"}`);
};

/** Never stops sending. */
export const endless: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = () => {
    while (!response.destroyed && response.write('[1,2,3],'.repeat(1024)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

/** An error page with status 200, as proxies send. */
export function html(body: string): Behaviour {
  return text(`<!doctype html><p>${body}</p>`, 'text/html');
}

/** Sends the client elsewhere. */
export function redirect(location: string): Behaviour {
  return text('', 'text/plain', 302, { location });
}

/** Sends a body as it is, in content codings that nobody asked for, each in a header of its own. */
export function coded(codings: string | string[], body: Buffer, status = 200): Behaviour {
  return (response) =>
    void response
      .setHeader('content-encoding', codings)
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body);
}

/** Waits for something before it answers. */
export function waitingFor(gate: Promise<unknown>, then: Behaviour): Behaviour {
  return async (response, call) => {
    await gate;
    await then(response, call);
  };
}
