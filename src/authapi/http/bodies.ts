import { isUtf8 } from 'node:buffer';
import { checkJsonDepth } from '../../http/json-depth.ts';
import { ApiError } from '../api-error.ts';
import type { App } from './typed-app.ts';

/**
 * Reads request bodies as contract section 1 has them: JSON, and the five ways of sending none. In JSON objects, null
 * means the same as absent; `__proto__` is refused.
 */
export function acceptBodies(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null);
    // Bytes of another encoding would all become the same character, and different ids one.
    if (!isUtf8(body)) return done(new ApiError(400, 'Send bodies in UTF-8'));
    const text = body.toString();
    try {
      checkJsonDepth(text);
    } catch (error) {
      return done(new ApiError(400, error instanceof Error ? error.message : 'nested too deep'));
    }
    parseJson(request, text, (error, value) => done(error, withoutNulls(value, DEEPEST)));
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    const type = request.headers['content-type'] ?? 'a body without a type';
    done(new ApiError(415, `Send bodies as application/json, not ${type}`));
  });
}

/** Deeper than any body that this API knows; a bound, so that no nesting exhausts the stack. */
const DEEPEST = 8;

function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((member) => withoutNulls(member, depth - 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member, depth - 1)]),
  );
}
