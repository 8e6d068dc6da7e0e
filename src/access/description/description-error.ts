/** More faults than these help nobody. */
const MOST_FAULTS = 20;

/** A description that cannot be used; its message names the first faults, one a line, with line and column. */
export class DescriptionError extends Error {
  override readonly name = 'DescriptionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const more = faults.length - MOST_FAULTS;
    const told = more > 0 ? [...faults.slice(0, MOST_FAULTS), `and ${more} more`] : faults;
    super(faults.length === 1 ? faults[0] : `${faults.length} faults:\n  ${told.join('\n  ')}`);
    this.faults = told;
  }
}
