/** A server that cannot start, for a reason the user can mend; the message says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** A server about to listen, and the flags that move it elsewhere. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly hostFlag: string;
  readonly portFlag: string;
}

/**
 * Turns what the system says when a server cannot listen into advice.
 *
 * @returns a {@link StartError}, or the error itself when it is about something else.
 */
export function explainStartFailure(error: unknown, listener: Listener): unknown {
  const { host, port, hostFlag, portFlag } = listener;
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} on ${host} is taken: stop what listens there, or choose another with ${portFlag} (0 takes any free port)`,
      );
    case 'EACCES':
      return new StartError(
        `Port ${port} on ${host} needs privileges: choose one above 1023 with ${portFlag}`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`${host} is no address of this machine: choose another with ${hostFlag}`);
    default:
      return error;
  }
}

/** Finds the system's error code of a failed `listen` (in a worker, `bind`), also where it was wrapped. */
function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const listening = 'syscall' in error && /^(listen|bind|getaddrinfo)$/.test(String(error.syscall));
  return listening && 'code' in error ? String(error.code) : systemCode(error.cause);
}
