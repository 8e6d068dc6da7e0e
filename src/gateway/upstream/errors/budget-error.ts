import { UpstreamError } from './upstream-error.ts';

/** The operation asked for more REST calls than one operation may make. */
export class BudgetError extends UpstreamError {
  override readonly name = 'BudgetError';
  readonly code = 'UPSTREAM_BUDGET_EXCEEDED';

  /** @param limit REST calls that one operation may make. */
  constructor(limit: number) {
    super(
      `This operation needs more than ${limit} REST calls. Ask for smaller pages, or split the operation.`,
    );
  }
}
