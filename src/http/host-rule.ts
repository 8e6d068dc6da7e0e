import type { IncomingMessage } from 'node:http';
import { hostNamed, hostOf, isAddress, isEveryInterface, isLoopback } from './host-names.ts';

/** Which hosts requests may name to a server. */
export interface HostRuleOptions {
  /** The interface that the server listens on. */
  readonly host: string;
  /** Hosts that are allowed besides; `*.example.com` stands for all names below that, `*` for every host. */
  readonly allowedHosts?: readonly string[];
}

/** Says whether a server answers to a host, as `Host` headers have it, on a connection. */
export type HostRule = (header: string, connection: IncomingMessage['socket']) => boolean;

/** Header values that are known to be allowed; with any port and case they have no end. */
const MOST_KNOWN = 100;

/**
 * Makes the rule of a server. Whoever owns a name can make it stand for this machine, and so make a page of theirs one of
 * the same origin as ours ("DNS rebinding"); only the name tells.
 *
 * A server on loopback answers to the names of loopback; one on all interfaces to these and to every address, since an
 * address stands for nothing else; any other to its own name and address. All answer to what is allowed besides.
 */
export function hostRule({ host, allowedHosts = [] }: HostRuleOptions): HostRule {
  const everywhere = isEveryInterface(host);
  const local = everywhere || isLoopback(host);
  const names = new Set([host, ...allowedHosts].map(hostNamed));
  const endings = allowedHosts.filter((name) => name.startsWith('*.')).map(endingOf);
  const isAllowed = (name: string, { localAddress }: IncomingMessage['socket']) =>
    names.has(name) ||
    endings.some((ending) => name.endsWith(ending)) ||
    (local && isLoopback(name)) ||
    (everywhere && isAddress(name)) ||
    name === hostNamed(localAddress?.replace(/^::ffff:/, '') ?? '');

  if (allowedHosts.includes('*')) return () => true;
  const known = new Set<string>();
  return (header, connection) => {
    if (known.has(header)) return true;
    const name = hostOf(header);
    if (name === null || !isAllowed(name, connection)) return false;
    if (known.size < MOST_KNOWN) known.add(header);
    return true;
  };
}

/** Tells whether a text can stand in `allowedHosts`. */
export function isHostPattern(text: string): boolean {
  return text === '*' || hostNamed(text.replace(/^\*\./, '')) !== null;
}

function endingOf(pattern: string): string {
  return `.${hostNamed(pattern.slice(2))}`;
}
