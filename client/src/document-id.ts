/**
 * Tells the id by which a gateway knows a published document when it was started with `persisted-documents.json` of
 * this package: to be sent in place of the text.
 *
 * @param document one of this package's, as it is or as a client library has taken it over.
 * @returns `sha256:` and the hash of the listed text, in hex.
 * @throws {TypeError} for a document that is not of this package.
 */
export function documentId(document: object): string {
  const meta: unknown = Reflect.get(document, '__meta__');
  const hash: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'hash') : undefined;
  if (typeof hash !== 'string') throw new TypeError('This document is none of those that are published.');
  return hash;
}
