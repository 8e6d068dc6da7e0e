/** The variables of an operation, as they were sent. */
export type Variables = Readonly<Record<string, unknown>>;

/** A number that is known, or the place of one that depends on variables. */
export type Term = number | { readonly place: number };

/** Finds a number, given the variables. */
export type Formula = (variables: Variables) => number;

type Step = (found: readonly number[], variables: Variables) => number;

/**
 * Writes down a calculation over variables. What needs none is calculated at once; the rest becomes steps, each done
 * once, however many others use it.
 */
export class FormulaWriter {
  readonly #steps: Step[] = [];

  /** A number that is read from the variables. */
  read(formula: Formula): Term {
    return this.#step((_found, variables) => formula(variables));
  }

  sum(terms: readonly Term[]): Term {
    let known = 0;
    const places: number[] = [];
    for (const term of terms) {
      if (typeof term === 'number') known += term;
      else places.push(term.place);
    }
    if (places.length === 0) return known;
    return this.#step((found) => places.reduce((sum, place) => sum + (found[place] ?? 0), known));
  }

  product(one: Term, other: Term): Term {
    if (one === 0 || other === 0) return 0;
    if (one === 1) return other;
    if (other === 1) return one;
    if (typeof one === 'number' && typeof other === 'number') return one * other;
    return this.#step((found) => numberAt(one, found) * numberAt(other, found));
  }

  /** Ends the calculation: what is left of it, to be done for each set of variables. */
  formula(term: Term): Formula {
    if (typeof term === 'number') return () => term;
    const steps = this.#steps;
    return (variables) => {
      const found: number[] = [];
      for (const step of steps) found.push(step(found, variables));
      return numberAt(term, found);
    };
  }

  #step(step: Step): Term {
    return { place: this.#steps.push(step) - 1 };
  }
}

function numberAt(term: Term, found: readonly number[]): number {
  return typeof term === 'number' ? term : (found[term.place] ?? 0);
}
