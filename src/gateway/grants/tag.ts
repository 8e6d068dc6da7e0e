import type { TagRecord } from '../applications/rest.ts';

/** Reads a tag as grants write it. Contract section 8: `key:value`, and a value may hold colons. */
export function tagOf(tag: string): TagRecord {
  const colon = tag.indexOf(':');
  return colon === -1 ? { key: tag, value: '' } : { key: tag.slice(0, colon), value: tag.slice(colon + 1) };
}
