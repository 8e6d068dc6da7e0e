import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  visit,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import { readYaml, type YamlFault, type YamlLimits } from './bounded-yaml.ts';
import type { AccessDescription, DescriptionFault } from './description.ts';
import { DescriptionError } from './description-error.ts';
import { descriptionSchema, membersAt } from './schema.ts';

/** A description together with the way back to its text. */
export interface ReadDescription {
  readonly description: AccessDescription;
  /** Makes an error that names line and column of each fault. */
  fail(faults: readonly DescriptionFault[]): DescriptionError;
}

/** What is taken of a file of one's own: several times what the largest known organisation has. */
const FILE_LIMITS: YamlLimits = { characters: 32 * 1024 * 1024, tokens: 4_000_000 };

/**
 * Reads a description of access from YAML or JSON, in time in proportion to its length.
 *
 * @param text what stands in the file.
 * @param name what messages call it.
 * @param limits how much of it is taken.
 * @throws {DescriptionError} for its faults, each with line and column and what is allowed there.
 */
export function readDescription(text: string, name: string, limits = FILE_LIMITS): ReadDescription {
  const { document, faults, at } = readYaml(text, limits);
  if (!document) {
    throw new DescriptionError(faults.map(({ offset, message }) => `${name}:${at(offset)}: ${message}`));
  }
  const badKeys = textKeys(document);
  if (badKeys.length > 0) {
    throw new DescriptionError(badKeys.map(({ offset, message }) => `${name}:${at(offset)}: ${message}`));
  }
  const offsetOf = offsetsIn(document.contents);
  const fail = (found: readonly DescriptionFault[]) =>
    new DescriptionError(
      found
        .map(({ path, message }) => ({ path, message, offset: offsetOf(path) }))
        .sort((a, b) => a.offset - b.offset)
        .map(({ path, message, offset }) => {
          const where = path.length === 0 ? '' : `${written(path)}: `;
          return `${name}:${at(offset)}: ${where}${message}`;
        }),
    );

  const result = descriptionSchema.safeParse(plain(document, name, limits) ?? new Map());
  if (!result.success) throw fail(result.error.issues.flatMap(faultsOf));
  return { description: result.data, fail };
}

/**
 * Makes every key the text that stands there, for ids are texts: 007 is no number, and `no` none either.
 *
 * @returns the keys that are no text, and those that stand twice once they are.
 */
function textKeys(document: Document.Parsed): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key, value } of items) {
        const node = isNode(key) ? key : isNode(value) ? value : null;
        const offset = node?.range?.[0] ?? 0;
        if (!isScalar(key) || key.value === null) {
          faults.push({ offset, message: 'a key must be text: put it in quotes' });
          continue;
        }
        const text = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
        if (seen.has(text)) faults.push({ offset, message: 'Map keys must be unique' });
        seen.add(text);
        key.value = text;
      }
    },
  });
  return faults;
}

function plain(document: Document.Parsed, name: string, { tokens }: YamlLimits): unknown {
  let value: unknown;
  try {
    value = document.toJS({ mapAsMap: true });
  } catch (error) {
    // Aliases that multiply, or that lead nowhere.
    throw new DescriptionError([`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`]);
  }
  if (isLarger(value, tokens)) throw new DescriptionError([`${name}: aliases make it too long`]);
  return value;
}

/** Tells whether there are more values than these, when each counts as often as aliases put it somewhere. */
function isLarger(value: unknown, most: number): boolean {
  const waiting = [value];
  for (let count = 0; waiting.length > 0; count += 1) {
    if (count > most) return true;
    const next = waiting.pop();
    if (next instanceof Map || Array.isArray(next)) for (const member of next.values()) waiting.push(member);
  }
  return false;
}

function faultsOf(issue: z.core.$ZodIssue): DescriptionFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: adviceOn(issue) }];
  const allowed = membersAt(path).join(', ');
  return issue.keys.map((key) => ({
    path: [...path, key],
    message: `is not known here; allowed: ${allowed}`,
  }));
}

function adviceOn(issue: z.core.$ZodIssue): string {
  const hint = /expected string, received (number|boolean)/.test(issue.message) ? ': put it in quotes' : '';
  return `${issue.message.replace(/^Invalid (input|option): /, '')}${hint}`;
}

function written(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** Makes the function that finds where a path leads; where it ends early, the last node on the way. */
function offsetsIn(root: ParsedNode | null): (path: readonly (string | number)[]) => number {
  const pairs = new Map<YAMLMap, ReturnType<typeof pairsOf>>();
  return (path) => {
    let node: Node | null = root;
    let offset = root?.range?.[0] ?? 0;
    for (const part of path) {
      if (isMap(node)) {
        if (!pairs.has(node)) pairs.set(node, pairsOf(node));
        const pair = pairs.get(node)?.get(String(part));
        if (!pair) break;
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value as Node | null;
      } else if (isSeq(node) && typeof part === 'number') {
        node = (node.items[part] as Node | undefined) ?? null;
        offset = node?.range?.[0] ?? offset;
      } else break;
    }
    return offset;
  };
}

function pairsOf({ items }: YAMLMap) {
  return new Map(
    items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])),
  );
}
