import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** What a `Host` header may be written with. Browsers send names in ASCII, and nothing escaped. */
const HOST = /^(?!.*\.\.)[\w.:[\]-]+$/;

/**
 * Reads the host of a `Host` header: without its port, in small letters, addresses in their usual form (those of IPv6 in
 * brackets), and without the dot that a full name may end with, which names the same.
 *
 * @returns null for what is no host.
 */
export function hostOf(header: string): string | null {
  if (!HOST.test(header)) return null;
  return URL.parse(`http://${header}`)?.hostname.replace(/\.$/, '') || null;
}

/** Reads the name or address of an interface, or a host that somebody wrote into a setting, into the same form. */
export function hostNamed(text: string): string | null {
  if (isIP(text) === 6) return hostOf(`[${text}]`);
  const isHost = /^(\[[\da-f:.]+\]|[^\s:/?#@%\\[\]]+)$/i.test(text);
  return isHost ? hostOf(domainToASCII(text)) : null;
}

/** Tells whether a host is an address: no name, which somebody could make stand for another machine. */
export function isAddress(host: string): boolean {
  return isIP(host) === 4 || host.startsWith('[');
}

/** Tells whether a host is this machine's own interface, which no other machine reaches. */
export function isLoopback(host: string): boolean {
  const name = hostNamed(host);
  return (
    name === 'localhost' || name === '[::1]' || (isIP(name ?? '') === 4 && name?.startsWith('127.') === true)
  );
}

/** Tells whether a host stands for all interfaces of this machine. */
export function isEveryInterface(host: string): boolean {
  const name = hostNamed(host);
  return name === '0.0.0.0' || name === '[::]';
}
