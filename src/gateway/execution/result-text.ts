import type { FormattedExecutionResult } from 'graphql';

/** Writes a result as a line of JSON. */
export function resultText(result: FormattedExecutionResult): string {
  return `${JSON.stringify(result)}\n`;
}
