import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import compress from '@fastify/compress';
import type { FastifyInstance, onSendAsyncHookHandler } from 'fastify';

/** What is shorter goes out in one packet, or nearly so, and takes longer to be compressed than to be sent. */
const SHORTEST_BYTES = 2048;

/** Higher ones take many times as long, for little. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const brotli = promisify(brotliCompress);
const COMPRESSORS = { br: (text: string) => brotli(text, BROTLI), gzip: promisify<string, Buffer>(gzip) };

/** An answer that was made shorter, by a content coding of HTTP. */
export interface CompressedAnswer {
  readonly encoding: keyof typeof COMPRESSORS;
  readonly body: Buffer;
}

/** Makes files shorter for browsers that ask for it, where `app` serves them. Bodies of requests stay as they are. */
export async function compressFiles(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    brotliOptions: BROTLI,
    threshold: SHORTEST_BYTES,
    // Other requests would wait for it.
    syncThreshold: 0,
    globalDecompression: false,
  });
}

/** Tells whether an answer may be sent in a shorter form: it is long enough, and nothing in it is secret. */
export function isCompressible(text: string, cacheControl: unknown): boolean {
  return text.length >= SHORTEST_BYTES && !String(cacheControl).includes('no-transform');
}

/**
 * Makes an answer shorter, beside the thread that answers requests.
 *
 * @param accepted the `Accept-Encoding` header.
 * @returns null where the client wants it as it is.
 */
export async function compressed(
  text: string,
  accepted: string | string[] | undefined,
): Promise<CompressedAnswer | null> {
  if (accepted === undefined) return null;
  const encoding = negotiate(String(accepted).toLowerCase(), ['br', 'gzip', 'identity']);
  if (encoding !== 'br' && encoding !== 'gzip') return null;
  return { encoding, body: await COMPRESSORS[encoding](text) };
}

/** Makes answers of a route shorter: those in JSON, never streams. */
export const compressAnswers: onSendAsyncHookHandler = async ({ headers }, reply, payload) => {
  if (typeof payload !== 'string' || !/json\b/.test(String(reply.getHeader('content-type')))) return payload;
  if (!isCompressible(payload, reply.getHeader('cache-control'))) return payload;
  reply.header('vary', [reply.getHeader('vary'), 'Accept-Encoding'].filter(Boolean).join(', '));
  const shorter = await compressed(payload, headers['accept-encoding']);
  if (shorter === null) return payload;
  reply.header('content-encoding', shorter.encoding).header('content-length', shorter.body.length);
  return shorter.body;
};
