import { isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { AccessDescription, DescriptionFault } from './description.ts';
import { DescriptionError } from './description-error.ts';
import { descriptionSchema, membersAt } from './schema.ts';

/** A description together with the way back to its text. */
export interface ReadDescription {
  readonly description: AccessDescription;
  /** Makes an error that names line and column of each fault. */
  fail(faults: readonly DescriptionFault[]): DescriptionError;
}

/**
 * Reads a description of access from YAML or JSON.
 *
 * @param text what stands in the file.
 * @param name what messages call it.
 * @throws {DescriptionError} for every fault, with its line and column and what is allowed there.
 */
export function readDescription(text: string, name: string): ReadDescription {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new DescriptionError(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  }
  const fail = (faults: readonly DescriptionFault[]) =>
    new DescriptionError(
      faults
        .map(({ path, message }) => ({ path, message, offset: offsetOf(document.contents, path) }))
        .sort((a, b) => a.offset - b.offset)
        .map(({ path, message, offset }) => {
          const where = path.length === 0 ? '' : `${written(path)}: `;
          return `${at(offset)}: ${where}${message}`;
        }),
    );

  const result = descriptionSchema.safeParse(plain(document, name) ?? {});
  if (!result.success) throw fail(result.error.issues.flatMap(faultsOf));
  return { description: result.data, fail };
}

function plain(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that multiply, or that lead nowhere.
    throw new DescriptionError([`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`]);
  }
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

/** Finds where a path leads; where it ends early, the last node on the way. */
function offsetOf(root: ParsedNode | null, path: readonly (string | number)[]): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node) && typeof part === 'number') {
      node = (node.items[part] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
