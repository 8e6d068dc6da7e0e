import type { TagRecord } from '../applications/rest.ts';

/**
 * Reads a tag as grants write it, `key:value` (contract section 8).
 *
 * @param key where it is known; keys and values may both hold colons, so else what stands before the first one.
 */
export function tagOf(tag: string, key?: string): TagRecord {
  const end = key?.length ?? tag.indexOf(':');
  return end === -1 ? { key: tag, value: '' } : { key: tag.slice(0, end), value: tag.slice(end + 1) };
}
