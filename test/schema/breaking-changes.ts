import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

/** A change that clients of the older schema may fail on. */
export interface BreakingChange {
  /** Where, such as `User.name`. */
  readonly path: string;
  /** What, in a sentence. */
  readonly message: string;
}

/** Compares two schemas, given as SDL, and finds what would break a client that was written against the older one. */
export async function breakingChanges(older: string, newer: string): Promise<BreakingChange[]> {
  const changes = await diff(buildSchema(older), buildSchema(newer));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path = '', message }) => ({ path, message }));
}
