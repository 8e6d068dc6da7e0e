import { isUtf8 } from 'node:buffer';
import { ShapeError } from '../errors/shape-error.ts';
import { UnreadableError } from '../errors/unreadable-error.ts';

/** The charset in which everything is read. */
export const UTF_8 = 'utf-8';

/** Tells the charset that a `Content-Type` names, in lower case; UTF-8 where it names none, as JSON is (RFC 8259). */
export function charsetOf(contentType: string): string {
  const [, named = UTF_8] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType) ?? [];
  const charset = named.toLowerCase();
  return charset === 'utf8' || charset === 'us-ascii' ? UTF_8 : charset;
}

/**
 * Gives the bytes of a text in UTF-8. Nothing is replaced: two texts never become one.
 *
 * @param charset in which the text came, of those that the Encoding standard names.
 * @throws {ShapeError} if it is not, or not all of it, in that charset.
 * @throws {UnreadableError} if it breaks off within a character.
 */
export function inUtf8(body: Buffer, charset: string): Buffer {
  if (charset !== UTF_8) return transcoded(body, charset);
  if (isUtf8(body)) return body;
  try {
    // What is only missing is waited for.
    new TextDecoder(charset, { fatal: true }).decode(body, { stream: true });
  } catch (cause) {
    throw new ShapeError('text in UTF-8', cause);
  }
  throw new UnreadableError(undefined);
}

function transcoded(body: Buffer, charset: string): Buffer {
  try {
    return Buffer.from(new TextDecoder(charset, { fatal: true }).decode(body));
  } catch (cause) {
    throw new ShapeError('text in UTF-8, or in the charset that its type names', cause);
  }
}
