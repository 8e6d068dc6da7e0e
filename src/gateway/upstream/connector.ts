import { Socket } from 'node:net';
import { buildConnector, errors } from 'undici';

/**
 * Makes the connector of connections, which gives up in time: undici's own clock for this ticks only twice a second.
 *
 * @param connectMs milliseconds in which a connection must stand.
 */
export function connectorWithin(connectMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: 0 });
  return (options, callback) => {
    // It is the socket, which its type does not tell.
    const socket: unknown = connect(options, (...answer) => {
      clearTimeout(timer);
      callback(...answer);
    });
    const timer = setTimeout(() => {
      if (socket instanceof Socket) socket.destroy(new errors.ConnectTimeoutError());
    }, connectMs);
  };
}
