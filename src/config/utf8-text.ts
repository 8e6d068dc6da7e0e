import { isUtf8 } from 'node:buffer';

/**
 * Reads bytes as the text that they are. Bytes of another encoding would all become the same character, and different ids
 * one.
 *
 * @throws an error with the `code` `EILSEQ` if they are not UTF-8.
 */
export function utf8Text(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw Object.assign(new Error('not written in UTF-8: save it in that encoding'), { code: 'EILSEQ' });
}
