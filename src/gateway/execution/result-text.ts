import type { CompiledQuery } from 'graphql-jit';

type Stringify = CompiledQuery['stringify'];

/** By the data of a result. Apollo copies results, but hands on their data as it is. */
const stringifiers = new WeakMap<object, Stringify>();

/** Keeps the serialiser that was compiled together with the plan that made this data. */
export function keepStringifier(data: object, stringify: Stringify): void {
  stringifiers.set(data, stringify);
}

/** Writes a result as a line of JSON, by the compiled serialiser where there is one. */
export function resultText(result: object & { readonly data?: object | null | undefined }): string {
  const stringify = result.data && !('errors' in result && result.errors) && stringifiers.get(result.data);
  return `${stringify ? stringify({ data: result.data }) : JSON.stringify(result)}\n`;
}
