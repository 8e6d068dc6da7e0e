import { closeSync, openSync, readSync } from 'node:fs';
import { utf8Text } from './utf8-text.ts';

const CHUNK_BYTES = 65_536;

/**
 * Reads a file as text, and no more of it than its reader can bear: also of one that never ends, such as a device.
 *
 * @throws an error with the `code` of the system; `EFBIG` where there are more bytes, `EILSEQ` where they are not UTF-8.
 */
export function readBoundedText(path: string, mostBytes: number): string {
  const file = openSync(path, 'r');
  const chunks: Buffer[] = [];
  try {
    for (let left = mostBytes; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSync(file, chunk);
      if (count === 0) return utf8Text(Buffer.concat(chunks));
      left -= count;
      if (left < 0) throw Object.assign(new Error(`more than ${mostBytes} bytes`), { code: 'EFBIG' });
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
