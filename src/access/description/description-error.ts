/** More faults than these help nobody. */
const MOST_FAULTS = 20;

/** Characters of a fault, which may quote a name of the description that is as long as the file. */
const LONGEST_FAULT = 500;

/** A description that cannot be used; its message names the first faults, one a line, with line and column. */
export class DescriptionError extends Error {
  override readonly name = 'DescriptionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const more = faults.length - MOST_FAULTS;
    const first = faults.slice(0, MOST_FAULTS).map(shortened);
    const told = more > 0 ? [...first, `and ${more} more`] : first;
    super(faults.length === 1 ? first[0] : `${faults.length} faults:\n  ${told.join('\n  ')}`);
    this.faults = told;
  }
}

/** Leaves out the middle of a long fault: where it is and what is allowed stand at its ends. */
function shortened(fault: string): string {
  if (fault.length <= LONGEST_FAULT) return fault;
  return `${fault.slice(0, LONGEST_FAULT / 2)} … ${fault.slice(-LONGEST_FAULT / 2)}`;
}
