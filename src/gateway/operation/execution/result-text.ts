import type { FormattedExecutionResult } from 'graphql';
import type { Holder } from './execution.ts';
import { Written } from './serialized-lists.ts';

/** Writes a result as a line of JSON. */
export function resultText(result: FormattedExecutionResult): string {
  return `${JSON.stringify(result)}\n`;
}

/**
 * Writes the result of an operation in which nothing went wrong, as `resultText` does.
 *
 * @param hasWritten whether parts of it are text already.
 */
export function answerText(data: Holder, hasWritten: boolean): string {
  return hasWritten ? `{"data":${textOfMembers(data)}}\n` : resultText({ data });
}

/** Does what `JSON.stringify` does. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return textOfItems(value);
  return isPlain(value) ? textOfMembers(value) : JSON.stringify(value);
}

function textOfItems(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += `${text && ','}${textOf(item) ?? 'null'}`;
  return `[${text}]`;
}

function textOfMembers(holder: Holder): string {
  let members = '';
  for (const key in holder) {
    const text = textOf(holder[key]);
    if (text !== undefined) members += `${members && ','}${JSON.stringify(key)}:${text}`;
  }
  return `{${members}}`;
}

/** Nothing that is written is in an object with a nature of its own, which may know how to write itself. */
function isPlain(value: object): value is Holder {
  return Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value);
}
