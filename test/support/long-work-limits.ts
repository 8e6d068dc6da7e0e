/** The usual bounds on long work. */
export const LONG_WORK_LIMITS = { longRestCalls: 100_000, longOperationMs: 600_000, longWorkShare: 5 };
