import type { Access } from '../facts/facts.ts';
import type { TargetKey } from '../facts/keys.ts';
import type { Scope } from '../facts/scope.ts';
import type { PlannedChange } from '../planning/change.ts';

/** A membership, a role, or a grant on a tag, that somebody could be given and that gives access to more than one thing. */
export interface Addition {
  /** Null for the grant on a tag: it is to give what is needed, and no more. */
  readonly link: PlannedChange | null;
  readonly tag: TargetKey | null;
  readonly gives: (access: Access, scope: Scope) => boolean;
}

/** An access that is wanted and not there. */
export interface Need {
  readonly access: Access;
  readonly scope: Scope;
  /** The target, of which one grant gives all that is needed; null where no plain grant gives it. */
  readonly target: string | null;
  readonly givenBy: ReadonlySet<Addition>;
}

type Choice = ReadonlySet<Addition>;

/** With more additions to choose from than these, all choices would take too long to try. */
const MOST_TRIED = 10;

/**
 * Chooses the additions that leave the fewest changes to make: a change for each addition, and one grant for each target of
 * which something is still needed. What nothing gives comes before the number of changes.
 *
 * @param besides changes that a choice takes besides.
 * @returns the additions, and whether no choice is better: of very many, not all choices are tried.
 */
export function chooseAdditions(
  all: readonly Addition[],
  needs: readonly Need[],
  besides: (choice: Choice) => number,
): { readonly chosen: Choice; readonly isBest: boolean } {
  const helpful = all.filter((one) => needs.some(({ givenBy }) => givenBy.has(one)));
  const isBest = helpful.length <= MOST_TRIED;
  const price = (choice: Choice) => ({ choice, cost: costOf(choice, needs, besides(choice)) });
  return { chosen: isBest ? bestOfAll(helpful, price) : greedy(helpful, price), isBest };
}

/** Lists the needs that a choice leaves. */
export function needsLeft(choice: Choice, needs: readonly Need[]): readonly Need[] {
  return needs.filter(({ givenBy }) => ![...choice].some((one) => givenBy.has(one)));
}

/** First what stays out of reach, then changes. */
type Cost = readonly [lacks: number, changes: number];
type Price = (choice: Choice) => { readonly choice: Choice; readonly cost: Cost };

function costOf(choice: Choice, needs: readonly Need[], besides: number): Cost {
  const left = needsLeft(choice, needs);
  const targets = new Set(left.flatMap(({ target }) => target ?? []));
  return [left.filter(({ target }) => target === null).length, choice.size + targets.size + besides];
}

function cheapest(choices: readonly Choice[], price: Price): Choice {
  return choices
    .map(price)
    .reduce((best, one) =>
      one.cost[0] < best.cost[0] || (one.cost[0] === best.cost[0] && one.cost[1] < best.cost[1]) ? one : best,
    ).choice;
}

function bestOfAll(all: readonly Addition[], price: Price): Choice {
  const choices = all.reduce<Choice[]>(
    (known, one) => known.concat(known.map((choice) => new Set([...choice, one]))),
    [new Set()],
  );
  return cheapest(choices, price);
}

/** Adds what helps most, again and again, until nothing does. */
function greedy(all: readonly Addition[], price: Price): Choice {
  let chosen: Choice = new Set();
  for (;;) {
    const best = cheapest([chosen, ...all.map((one) => new Set([...chosen, one]))], price);
    if (best.size === chosen.size) return chosen;
    chosen = best;
  }
}
