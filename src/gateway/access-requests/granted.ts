import type { AccessRequestRecord, GrantWindowRecord } from './wire.ts';

/** Gives the time for which a request granted its role; null unless it was approved and grants one. */
export function grantedWindow(request: AccessRequestRecord): GrantWindowRecord | null {
  return request.status === 'APPROVED' && request.action !== 'REMOVE' ? request.holding : null;
}

/**
 * Tells whether what a request granted has neither ended nor been taken back. Whether the role is held beyond that,
 * the request does not know: others may have given or taken it as well.
 *
 * @param now epoch milliseconds.
 */
export function isActive(request: AccessRequestRecord, now: number): boolean {
  const window = grantedWindow(request);
  return window !== null && request.revocation === null && (window.end?.getTime() ?? Infinity) > now;
}
