import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { Answer } from './answer.ts';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body?: string;
}

/**
 * Sends exactly these bytes on a new connection, for requests that no HTTP client can be talked into (contract section 1:
 * the five kinds of empty body). The body of the answer is given as it came, without decoding chunks.
 */
export async function sendRaw(
  baseUrl: string,
  { method, path, headers, body = '' }: RawRequest,
): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const address = { host: hostname, port: Number(port || (secure ? 443 : 80)), servername: hostname };
  const socket = secure ? connectTls(address) : connectPlain(address);
  await once(socket, secure ? 'secureConnect' : 'connect');
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', body];
  socket.write(lines.join('\r\n'));
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  const [statusLine = '', ...headerLines] = head.split('\r\n');
  const entries = headerLines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return new Answer(Number(statusLine.split(' ')[1]), Object.fromEntries(entries), rest.join('\r\n\r\n'));
}
