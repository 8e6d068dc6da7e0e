import { Socket } from 'node:net';
import { buildConnector, errors } from 'undici';
import { keepCertificate } from './refused-certificate.ts';

/**
 * Makes the connectors of connections to one server. They give up in time: undici's own clock for this ticks only twice
 * a second, and it lets a connection be made to its end though nobody needs it any more.
 *
 * @param connectMs milliseconds in which a connection must stand.
 * @param tls what is proven and trusted, as `tls.connect` takes it.
 * @returns makes a connector, which ends the connection that it is making when it is told to.
 */
export function connectorWithin(
  connectMs: number,
  tls: buildConnector.BuildOptions,
): (whenCut: (cut: () => void) => void) => buildConnector.connector {
  // One for all connections, since it keeps their TLS sessions.
  const connect = buildConnector({ ...tls, allowH2: false, timeout: 0 });
  return (whenCut) => (options, callback) => {
    // It is the socket, which its type does not tell.
    const socket: unknown = connect(options, (...answer) => {
      clearTimeout(timer);
      if (answer[0]) failed(answer[0]);
      callback(...answer);
    });
    const failed = keepCertificate(socket);
    const cut = () => {
      clearTimeout(timer);
      if (socket instanceof Socket) socket.destroy(new errors.ConnectTimeoutError());
    };
    const timer = setTimeout(cut, connectMs);
    whenCut(cut);
  };
}
