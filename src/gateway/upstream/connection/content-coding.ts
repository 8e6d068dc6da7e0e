import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ShapeError } from '../errors/shape-error.ts';
import { UnreadableError } from '../errors/unreadable-error.ts';

type Decoder = (body: Buffer, options: zlib.ZlibOptions & zlib.BrotliOptions) => Promise<Buffer>;

const inflate: Decoder = promisify(zlib.inflate);
const inflateRaw: Decoder = promisify(zlib.inflateRaw);
const gunzip: Decoder = promisify(zlib.gunzip);

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', (body, options) => (hasZlibHead(body) ? inflate : inflateRaw)(body, options)],
  ['br', promisify(zlib.brotliDecompress)],
]);

const NONE: readonly string[] = [];

/** More codings on top of each other are no accident. */
const MOST_CODINGS = 2;
/** Bytes that are decoded at once; zlib's own 16 KiB would be a turn of the event loop for each. */
const CHUNK_BYTES = 128 * 1024;

/** Tells which codings a `Content-Encoding` header names, in the order in which they were applied. */
export function codingsOf(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return NONE;
  const names = String(header)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

/**
 * Undoes the codings of a body, off the event loop.
 *
 * @param mostBytes no more is decoded than this: a small body may stand for a very large one.
 * @throws {ShapeError} if a coding is not known, or the body is larger than it may be.
 * @throws {UnreadableError} if the body is not what its codings say.
 */
export async function decoded(body: Buffer, codings: readonly string[], mostBytes: number): Promise<Buffer> {
  if (codings.length > MOST_CODINGS) throw new ShapeError(`at most ${MOST_CODINGS} content codings`);
  let plain = body;
  for (const coding of codings.toReversed()) {
    const decode = DECODERS.get(coding);
    if (!decode) throw new ShapeError(`a content coding of gzip, deflate or br, not ${named(coding)}`);
    try {
      plain = await decode(plain, { maxOutputLength: mostBytes, chunkSize: CHUNK_BYTES });
    } catch (cause) {
      // What is longer than allowed once decoded, as zlib says it.
      if (cause instanceof RangeError) {
        throw new ShapeError(`at most ${mostBytes} bytes`, cause);
      }
      throw new UnreadableError(cause, `a body in ${coding}`);
    }
  }
  return plain;
}

/** RFC 9110 has `deflate` begin with two bytes of zlib; some servers leave them out. */
function hasZlibHead(body: Buffer): boolean {
  return body.length >= 2 && ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}

/** A header may hold anything. */
function named(coding: string): string {
  return coding.replace(/[^\w.-]/g, '').slice(0, 20) || 'another';
}
