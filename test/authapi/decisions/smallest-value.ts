import { unique } from '../support/workspace.ts';

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
}

/** Makes the smallest value that a schema of a request body takes: what is required, and one item of a list. */
export function smallestValueOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return smallestValueOf(schema.anyOf[0]);
  if (schema.type === 'array') return schema.items === undefined ? [] : [smallestValueOf(schema.items)];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'string') return unique('made');
  const members = (schema.required ?? []).map((name) => [
    name,
    smallestValueOf(schema.properties?.[name] ?? {}),
  ]);
  return Object.fromEntries(members);
}
