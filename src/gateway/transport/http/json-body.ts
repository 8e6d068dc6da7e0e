import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance } from 'fastify';
import { parse } from 'secure-json-parse';
import { checkJsonDepth, NestedTooDeep } from '../../../http/json-depth.ts';

/**
 * Parses a body, in whichever way it came: JSON in UTF-8 (RFC 8259), of which the last of several equal keys counts, and
 * without keys that reach for prototypes.
 *
 * @throws {NestedTooDeep} it is deeper than anything that is read here.
 * @throws {SyntaxError} it is anything else.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  // What is not UTF-8 would be read as question marks, and different ids as one.
  if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8');
  const text = bytes.toString();
  checkJsonDepth(text);
  return parse(text);
}

/** Makes the app read JSON by {@link parseJsonBody}, and refuse what says that it is written in any other way. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const { 'content-type': type = '', 'content-encoding': encoding } = headers;
    if (!isInUtf8(type) || encoding !== undefined) {
      return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(encoding ?? type));
    }
    if (body.length === 0) return done(new errorCodes.FST_ERR_CTP_EMPTY_JSON_BODY());
    try {
      done(null, parseJsonBody(body));
    } catch (error) {
      const refusal = new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY();
      if (error instanceof NestedTooDeep) refusal.message = error.message;
      done(refusal);
    }
  });
}

/** Whether a media type names UTF-8 or no charset at all; of several charsets, all must be. */
function isInUtf8(type: string): boolean {
  return [...type.matchAll(/;\s*charset\s*=\s*"?([^;"\s]*)/gi)].every(([, charset = '']) =>
    /^utf-?8$/i.test(charset),
  );
}
