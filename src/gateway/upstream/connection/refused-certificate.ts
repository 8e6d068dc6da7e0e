import { TLSSocket } from 'node:tls';

/** A server's certificate that was not taken for proof of who it is. */
export interface RefusedCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** The names that it is for. */
  readonly names: string | undefined;
  readonly validTo: string;
}

/** Errors of connections do not tell it themselves, and when they come the socket has forgotten it. */
const refused = new WeakMap<Error, RefusedCertificate>();

/**
 * Keeps the certificate that a server shows on a socket, until it is known whether the connection stands.
 *
 * @returns is to be told the error with which the connection failed.
 */
export function keepCertificate(socket: unknown): (error: Error) => void {
  let shown: RefusedCertificate | undefined;
  if (socket instanceof TLSSocket) {
    // Before Node's own listener, which ends the connection if the certificate proves nothing.
    socket.prependOnceListener('secure', () => {
      const { subject, issuer, subjectaltname: names, valid_to: validTo } = socket.getPeerCertificate();
      if (subject) shown = { subject: inLine(subject), issuer: inLine(issuer), names, validTo };
    });
  }
  return (error) => {
    if (shown) refused.set(error, shown);
  };
}

/** Gives the certificate because of which a connection failed; undefined if it failed for another reason. */
export function refusedCertificate(error: unknown): RefusedCertificate | undefined {
  return error instanceof Error ? refused.get(error) : undefined;
}

function inLine(name: object): string {
  return Object.entries(name)
    .map(([part, value]) => `${part}=${value}`)
    .join(', ');
}
