import { type Known, type UserDifference, whatIf } from '../../../access/answers/what-if.ts';
import { describe } from '../../../access/description/describe.ts';
import { writeDescription } from '../../../access/description/write.ts';
import { type FactLists, factsOf } from '../../../access/facts/facts.ts';
import type { AccessState } from '../../../access/planning/access-state.ts';
import type { ApplicationState } from '../../../access/planning/application-table.ts';
import { ApplicationTable } from '../../../access/planning/application-table.ts';
import type { PlannedChange } from '../../../access/planning/change.ts';
import { type ChangeContext, factsAfter } from '../../../access/planning/facts-after.ts';
import type { Finding, FindingKind, ReviewFacts } from '../../../access/review/finding.ts';
import { newlyTaggable } from '../../../access/review/newly-taggable.ts';
import { review } from '../../../access/review/review.ts';

/** Changes that nobody makes, with what else they depend on. */
export interface ProposedChanges {
  readonly changes: readonly PlannedChange[];
  readonly context: ChangeContext;
}

/** All that holds, as data that reaches a thread: a table of applications would lose its methods on the way. */
export type StateData = Omit<AccessState, 'applications'> & {
  readonly applications: readonly ApplicationState[];
};

/** What the engine works out of all that holds, by name: plain data in, plain data out. */
export interface TaskTypes {
  readonly review: {
    readonly input: Omit<ReviewFacts, 'access'> & {
      readonly lists: FactLists;
      readonly kinds: ReadonlySet<FindingKind>;
    };
    readonly output: readonly Finding[];
  };
  readonly whatIf: {
    readonly input: {
      readonly lists: FactLists;
      readonly proposed: ProposedChanges;
      readonly known: Known;
    };
    readonly output: readonly UserDifference[];
  };
  readonly newTaggers: {
    readonly input: { readonly lists: FactLists; readonly proposed: ProposedChanges };
    readonly output: readonly Finding[];
  };
  readonly describe: { readonly input: StateData; readonly output: string };
}

/** The functions that do it. */
export const TASKS: {
  readonly [T in keyof TaskTypes]: (input: TaskTypes[T]['input']) => TaskTypes[T]['output'];
} = {
  review: ({ lists, kinds, ...facts }) => review({ ...facts, access: factsOf(lists) }, kinds),
  whatIf({ lists, proposed: { changes, context }, known }) {
    const facts = factsOf(lists);
    return whatIf(facts, factsAfter(facts, changes, context), known);
  },
  newTaggers({ lists, proposed: { changes, context } }) {
    const facts = factsOf(lists);
    return newlyTaggable(facts, factsAfter(facts, changes, context));
  },
  describe: ({ applications, ...state }) =>
    writeDescription(describe({ ...state, applications: new ApplicationTable(applications) })),
};
