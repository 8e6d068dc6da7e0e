import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

/**
 * Refuses fields that would take long to be merged. Those that stand in one place of the answer, since they are written
 * twice or come out of fragments, have to agree ("Field Selection Merging" of the GraphQL specification), and validation
 * compares each with each, and their arguments. So a field counts once for each that it is merged with, itself among
 * them, and so do the values in its arguments.
 *
 * Ends as soon as there are too many, whatever fragments expand to.
 *
 * @param document none of whose fragments holds itself.
 */
export function checkMerges(document: DocumentNode, most: number): GraphQLError | null {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const used = new Set<string>();
  let left = most;

  /** Counts the merges below one place, to which these sets give its fields. Not recursive: there may be many levels. */
  function count(whole: SelectionSetNode): void {
    const places = [[whole]];
    for (let sets = places.pop(); sets && left >= 0; sets = places.pop()) {
      for (const { selections } of withFragments(sets, fragments, used)) {
        left -= selections.length;
        if (left < 0) return;
      }
      for (const fields of fieldsByName(sets)) {
        if (fields.length > 1) left -= (fields.length - 1) * weightOf(fields);
        const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
        if (below.length > 0) places.push(below);
      }
    }
  }

  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) count(definition.selectionSet);
  }
  // What nobody uses is validated all the same.
  for (const [name, selectionSet] of fragments) if (!used.has(name)) count(selectionSet);
  return left < 0
    ? limitExceeded('documentMerges', 'merges of fields that stand in the same place', most)
    : null;
}

/** Gives sets, and adds those of the fragments in them, each fragment once; notes which are used. */
function* withFragments(
  sets: SelectionSetNode[],
  fragments: ReadonlyMap<string, SelectionSetNode>,
  used: Set<string>,
): Iterable<SelectionSetNode> {
  const seen = new Set<string>();
  for (const set of sets) {
    yield set;
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) sets.push(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      used.add(selection.name.value);
      if (fragment) sets.push(fragment);
    }
  }
}

function fieldsByName(sets: readonly SelectionSetNode[]): Iterable<FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  for (const { selections } of sets) {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) continue;
      const name = (selection.alias ?? selection.name).value;
      const others = fields.get(name);
      if (others) others.push(selection);
      else fields.set(name, [selection]);
    }
  }
  return fields.values();
}

/** How much there is to be compared: the fields themselves, and the values in their arguments. */
function weightOf(fields: readonly FieldNode[]): number {
  let weight = fields.length;
  for (const { arguments: given = [] } of fields) for (const { value } of given) weight += sizeOf(value);
  return weight;
}

/** How many values a written one is made of. */
function sizeOf(value: ValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((size, item) => size + sizeOf(item), 1);
  if (value.kind === Kind.OBJECT) return value.fields.reduce((size, field) => size + sizeOf(field.value), 1);
  return 1;
}
