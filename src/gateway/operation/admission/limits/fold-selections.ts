import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How a number is found for a selection set from its selections. */
export interface Measure {
  /** The number of one selection, given that of what is selected below it (0 where nothing is). */
  readonly of: (selection: SelectionNode, below: number) => number;
  /** Puts the numbers of two selections side by side into one. */
  readonly join: (one: number, other: number) => number;
  /** The number of a fragment inside itself; 0 where it is left out. */
  readonly ofCycle?: number;
}

/** Joins numbers by adding them up. */
export const SUM = (one: number, other: number): number => one + other;

/**
 * Measures selection sets with their fragments put in their places, each as often as it is used. Takes time in
 * proportion to the document, whatever it expands to: a fragment is measured once, however many operations use it.
 *
 * @returns what measures a selection set of the document.
 */
export function foldSelections(
  document: DocumentNode,
  measure: Measure,
): (whole: SelectionSetNode) => number {
  const fragments = new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const measured = new Map<string, number>();

  function measureFragment(name: string): number {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, measure.ofCycle ?? 0);
    const result = fold(fragments.get(name));
    measured.set(name, result);
    return result;
  }

  function fold(selectionSet: SelectionSetNode | undefined): number {
    let folded = 0;
    for (const selection of selectionSet?.selections ?? []) {
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const below = isSpread ? measureFragment(selection.name.value) : fold(selection.selectionSet);
      folded = measure.join(folded, measure.of(selection, below));
    }
    return folded;
  }

  return fold;
}

/** Measures the largest of a document's operations. */
export function largestOperation(document: DocumentNode, measure: Measure): number {
  const fold = foldSelections(document, measure);
  let largest = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    largest = Math.max(largest, fold(definition.selectionSet));
  }
  return largest;
}
