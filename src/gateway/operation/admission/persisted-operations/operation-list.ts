import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Operations that were registered beforehand: their texts by id. */
export type OperationList = ReadonlyMap<string, string>;

/** A list of operations that cannot be used; the message says why, and what is taken. */
export class OperationListError extends Error {
  override readonly name = 'OperationListError';
}

/** Apollo's manifest, as `@apollo/generate-persisted-query-manifest` writes it. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});

/** What Relay's compiler and the client preset of GraphQL Code Generator write: texts by their hashes. */
const textsById = z.record(z.string().min(1), z.string().min(1));

/**
 * Reads the operations that clients were built with: Apollo's manifest, Relay's map, or the client preset's
 * `persisted-documents.json`.
 *
 * @throws {OperationListError} the file cannot be read, or is none of these.
 */
export function readOperationList(path: string): OperationList {
  const content = parse(path);
  const manifest = apolloManifest.safeParse(content);
  const entries = manifest.success
    ? manifest.data.operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(textsOf(path, content));
  const operations = new Map(entries);
  // Clients may send the hash of a text in place of the id that a tool gave to it.
  for (const [, text] of entries) operations.set(hash('sha256', text), text);
  if (operations.size === 0) throw new OperationListError(`${path} lists no operation`);
  return operations;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it is not JSON';
    throw new OperationListError(`The list of operations ${path} cannot be read: ${why}`);
  }
}

function textsOf(path: string, content: unknown): Readonly<Record<string, string>> {
  const texts = textsById.safeParse(content);
  if (texts.success) return texts.data;
  const isManifest = typeof content === 'object' && content !== null && 'format' in content;
  const expected = isManifest
    ? 'an Apollo manifest has format "apollo-persisted-query-manifest", version 1, and operations, each with id and body'
    : 'expected an Apollo manifest, or an object that holds the text of each operation under its id, as Relay and the client preset write it';
  throw new OperationListError(`The list of operations ${path} is of an unknown form: ${expected}`);
}
