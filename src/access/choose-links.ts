import type { PlannedChange, SubjectKey } from './change.ts';

/** A membership or role that somebody could be given. */
export interface AddableLink {
  readonly giver: SubjectKey;
  readonly change: PlannedChange;
}

/** An access that is wanted and not there. */
export interface Need {
  /** The target, of which one grant gives all that is needed; null for a wide scope, which no grant gives. */
  readonly target: string | null;
  readonly givenBy: ReadonlySet<AddableLink>;
}

type Choice = ReadonlySet<AddableLink>;

/** With more links to choose from than these, all choices would take too long to try. */
const MOST_TRIED = 10;

/**
 * Chooses the links that leave the fewest changes to make: a change for each link, and one grant for each target of which
 * something is still needed. What no grant gives comes before the number of changes.
 *
 * @returns the links, and whether no choice is better: of very many links, not all choices are tried.
 */
export function chooseLinks(
  addable: readonly AddableLink[],
  needs: readonly Need[],
): { readonly chosen: ReadonlySet<AddableLink>; readonly isBest: boolean } {
  const isBest = addable.length <= MOST_TRIED;
  return { chosen: isBest ? bestOfAll(addable, needs) : greedy(addable, needs), isBest };
}

/** Tells what a choice of links costs: first what stays out of reach, then changes, one for each target left. */
function costOf(choice: Choice, needs: readonly Need[]): readonly [lacks: number, changes: number] {
  const left = needs.filter(({ givenBy }) => ![...choice].some((link) => givenBy.has(link)));
  const targets = new Set(left.flatMap(({ target }) => target ?? []));
  return [left.filter(({ target }) => target === null).length, choice.size + targets.size];
}

function cheapest(choices: readonly Choice[], needs: readonly Need[]): Choice {
  const priced = choices.map((choice) => ({ choice, cost: costOf(choice, needs) }));
  return priced.reduce((best, one) =>
    one.cost[0] < best.cost[0] || (one.cost[0] === best.cost[0] && one.cost[1] < best.cost[1]) ? one : best,
  ).choice;
}

function bestOfAll(addable: readonly AddableLink[], needs: readonly Need[]): Choice {
  const choices = addable.reduce<Choice[]>(
    (known, link) => known.concat(known.map((choice) => new Set([...choice, link]))),
    [new Set()],
  );
  return cheapest(choices, needs);
}

/** Adds the link that helps most, again and again, until none does. */
function greedy(addable: readonly AddableLink[], needs: readonly Need[]): Choice {
  let chosen: Choice = new Set();
  for (;;) {
    const best = cheapest([chosen, ...addable.map((link) => new Set([...chosen, link]))], needs);
    if (best.size === chosen.size) return chosen;
    chosen = best;
  }
}
