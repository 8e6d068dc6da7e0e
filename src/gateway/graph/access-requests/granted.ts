import type { AccessRequestRecord, GrantWindowRecord } from './wire.ts';

/** Gives the time for which a request granted its role; null unless it was approved and grants one. */
export function grantedWindow(request: AccessRequestRecord): GrantWindowRecord | null {
  return request.status === 'APPROVED' && request.action !== 'REMOVE' ? request.holding : null;
}

/**
 * Tells whether a window in which a role is held is the one that a request granted. Where the engine does not tell a
 * request of the first use of what floats, the length of the window must do.
 */
export function gave(request: AccessRequestRecord, held: GrantWindowRecord): boolean {
  const granted = request.revocation === null ? grantedWindow(request) : null;
  if (!granted) return false;
  if (granted.type !== 'FLOATING' || granted.start)
    return isSame(granted.start, held.start) && isSame(granted.end, held.end);
  const hours = granted.floatingHours;
  if (!held.start || !held.end) return held.floatingHours === hours;
  return (held.end.getTime() - held.start.getTime()) / HOUR === hours;
}

const HOUR = 3_600_000;

function isSame(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime();
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
