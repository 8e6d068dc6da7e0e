/** A description that cannot be used; its message names every fault, one a line, with line and column. */
export class DescriptionError extends Error {
  override readonly name = 'DescriptionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.length === 1 ? faults[0] : `${faults.length} faults:\n  ${faults.join('\n  ')}`);
    this.faults = faults;
  }
}
