import { ACCESSES, type Access } from '../policy/access.ts';

/** Packs a set of accesses into the one integer that a grant is stored as. */
export function maskOf(accesses: readonly Access[]): number {
  return accesses.reduce((mask, access) => mask | (1 << ACCESSES.indexOf(access)), 0);
}

/** Unpacks a stored integer into accesses, in the order of the wire. */
export function accessesOf(mask: number): Access[] {
  return ACCESSES.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
