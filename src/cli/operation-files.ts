import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoUnusedFragmentsRule,
  parse,
  Source,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { readBoundedText } from '../config/bounded-text.ts';
import { ExplainError } from './explain-error.ts';

/** The operations of a file, together with the fragments that they use, wherever those are. */
export interface OperationFile {
  /** As it was named, or found in a folder that was. */
  readonly path: string;
  readonly document: DocumentNode;
}

/** Of one file. */
const MOST_BYTES = 8 * 1024 * 1024;
const GRAPHQL_FILE = /\.(?:graphql|graphqls|gql)$/;

/**
 * Reads files of operations. Fragments are shared between them, so each may use those of any other; operations are not,
 * so each may have the names it likes.
 *
 * @param paths files, and folders whose GraphQL files are read, at whatever depth.
 * @throws {ExplainError} something cannot be read, is no GraphQL, or does not fit the schema.
 */
export function readOperationFiles(paths: readonly string[], schema: GraphQLSchema): OperationFile[] {
  try {
    const files = filesOf(paths).map((path) => ({ path, document: parse(new Source(readText(path), path)) }));
    const fragments = files.flatMap(({ document }) => document.definitions.filter(isFragment));
    // Names that are given twice are found here, and what is wrong with a fragment that nobody uses.
    check(documentOf(fragments), schema);
    const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    return files.flatMap(({ path, document: { definitions } }) => {
      const own = definitions.filter((definition) => !isFragment(definition));
      if (own.length === 0) return [];
      const document = documentOf([...own, ...usedBy(own, byName)]);
      check(document, schema);
      return [{ path, document }];
    });
  } catch (error) {
    throw error instanceof GraphQLError ? new ExplainError(String(error)) : error;
  }
}

/** @throws {ExplainError} it cannot be read. */
export function readText(path: string): string {
  return orExplain(path, () => readBoundedText(path, MOST_BYTES));
}

/** Lists the files of paths, each once, those of a folder by name. */
function filesOf(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    if (!orExplain(path, () => statSync(path)).isDirectory()) return [path];
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => GRAPHQL_FILE.test(name) && !/(?:^|[\\/])node_modules[\\/]/.test(name))
      .sort()
      .map((name) => join(path, name));
    if (files.length === 0) throw new ExplainError(`The folder ${path} holds no .graphql or .gql file`);
    return files;
  });
  const places = new Set<string>();
  return found.filter((path) => {
    const isNew = !places.has(resolve(path));
    places.add(resolve(path));
    return isNew;
  });
}

function orExplain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ExplainError(`${path} cannot be read (${code})`);
  }
}

/** Finds the fragments that definitions use, and those that these use. */
function usedBy(
  definitions: readonly DefinitionNode[],
  byName: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<FragmentDefinitionNode> {
  const used = new Set<FragmentDefinitionNode>();
  const note = (definition: DefinitionNode) => {
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = byName.get(name.value);
        if (!fragment || used.has(fragment)) return;
        used.add(fragment);
        note(fragment);
      },
    });
  };
  for (const definition of definitions) note(definition);
  return used;
}

function check(document: DocumentNode, schema: GraphQLSchema): void {
  if (document.definitions.length === 0) return;
  const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
  const faults = validate(schema, document, rules);
  if (faults.length > 0) throw new ExplainError(faults.map(String).join('\n\n'));
}

function documentOf(definitions: readonly DefinitionNode[]): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions };
}

function isFragment(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
