import type { FormattedExecutionResult } from 'graphql';
import { Written } from './list-texts.ts';
import type { Holder } from './run.ts';

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
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join()}]`;
  return isPlain(value) ? textOfMembers(value) : JSON.stringify(value);
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
function isPlain(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !('toJSON' in value)
  );
}
