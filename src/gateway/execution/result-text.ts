import type { FormattedExecutionResult } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';

type Stringify = CompiledQuery['stringify'];

/** By the data of a result. Apollo copies results, but hands on their data as it is. */
const stringifiers = new WeakMap<object, Stringify>();

/** Keeps the serialiser that was compiled together with the plan that made this data. */
export function keepStringifier(data: object, stringify: Stringify): void {
  stringifiers.set(data, stringify);
}

/** Writes a result as a line of JSON, by the compiled serialiser where there is one and it is nothing but data. */
export function resultText(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  const stringify = data && !errors && !extensions && stringifiers.get(data);
  return `${stringify ? stringify({ data }) : JSON.stringify(result)}\n`;
}
