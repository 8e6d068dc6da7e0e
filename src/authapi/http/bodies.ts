import { ApiError } from '../api-error.ts';
import type { App } from './app.ts';

/**
 * Reads request bodies as contract section 1 has them: JSON, and the five ways of sending none. In JSON objects, null
 * means the same as absent; `__proto__` is refused.
 */
export function acceptBodies(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    parseJson(request, body.toString(), (error, value) => done(error, withoutNulls(value)));
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    const type = request.headers['content-type'] ?? 'a body without a type';
    done(new ApiError(415, `Send bodies as application/json, not ${type}`));
  });
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}
