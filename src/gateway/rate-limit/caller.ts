import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';

/** Whoever is behind one request. */
export class Caller {
  /** Whether the operation of the request was taken from the points of its caller. */
  isCharged = false;
  readonly address: string;
  readonly #headers: IncomingHttpHeaders;
  #key: string | null = null;

  constructor(headers: IncomingHttpHeaders, address: string) {
    this.#headers = headers;
    this.address = address;
  }

  /**
   * Names the caller, to count what it uses: by the hash of its whole credential, which is never stored itself; by its
   * address where it has none.
   */
  get key(): string {
    this.#key ??= keyOf(this.#headers, this.address);
    return this.#key;
  }
}

function keyOf({ authorization, 'x-authorization': token }: IncomingHttpHeaders, address: string): string {
  if (authorization === undefined && token === undefined) return addressKey(address);
  return hash('sha256', JSON.stringify([authorization, token]), 'base64url');
}

/** Names an address. Of IPv6 the first half counts: whoever has one address there has 2^64. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv6(plain) ? `${network(plain)}::/64` : plain;
}

function network(address: string): string {
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const missing = address.includes('::') ? 8 - before.length - after.length : 0;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
