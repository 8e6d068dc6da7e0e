import { createHash } from 'node:crypto';

/** Derives a UUID from a name, always the same, so that examples in documentation stay right. */
export function stableId(name: string): string {
  const hex = createHash('sha256').update(`rolegraph sample: ${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Makes the address, and so the id, of somebody at the sample company. */
export function emailOf(login: string): string {
  return `${login}@example.com`;
}
