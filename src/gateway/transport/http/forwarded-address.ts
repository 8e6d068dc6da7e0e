import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/** The address that a client asked for, as the proxy in front of the gateway tells it. */
export interface ForwardedAddress {
  /** Hosts with their ports; usually one, none where it does not tell. */
  readonly hosts: readonly string[];
  /** `http` or `https`, in small letters; null where it does not tell. */
  readonly scheme: string | null;
}

const UNTOLD: ForwardedAddress = { hosts: [], scheme: null };

/**
 * Makes the function that reads what a trusted proxy says in `Forwarded` (RFC 7239), `X-Forwarded-Host` and
 * `X-Forwarded-Proto`. What others write there counts for nothing, nor does what stands before the last comma: it came to
 * the proxy from somebody else. A proxy writes one of the two kinds and may pass the other on, so hosts of both are told.
 *
 * @param trusted addresses and networks (`10.0.0.0/8`) of the proxies in front.
 */
export function forwardedAddress(trusted: readonly string[]): (request: IncomingMessage) => ForwardedAddress {
  if (trusted.length === 0) return () => UNTOLD;
  const isTrusted = proxyAddress.compile([...trusted]);
  return ({ headers, socket }) => {
    if (!isTrusted(socket.remoteAddress ?? '', 0)) return UNTOLD;
    const forwarded = lastOf(headers.forwarded);
    const hosts = [lastOf(headers['x-forwarded-host']), parameter(forwarded, 'host')];
    const scheme = lastOf(headers['x-forwarded-proto']) || parameter(forwarded, 'proto');
    return { hosts: hosts.filter((host) => host !== ''), scheme: scheme.toLowerCase() || null };
  };
}

/** The last of several values that commas separate, but for commas in quotes. */
function lastOf(header: string | string[] | undefined): string {
  return (
    String(header ?? '')
      .match(/(?:"(?:\\.|[^"\\])*"|[^,])*$/)?.[0]
      .trim() ?? ''
  );
}

function parameter(element: string, name: string): string {
  const [, value = ''] = new RegExp(`(?:^|;)\\s*${name}=("[^"]*"|[^;\\s]*)`, 'i').exec(element) ?? [];
  return value.replaceAll('"', '');
}
