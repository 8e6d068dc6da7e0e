/** One entry of a GraphQL answer's `errors`. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly requestId?: string;
    readonly upstreamStatus?: number;
  };
}

/** What the endpoint answered. `errors` is empty when there were none. */
export interface GraphQLAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly GraphQLFault[];
}

/** Reads the body of an answer. Throws if it is not one of GraphQL's. */
export function readAnswer(status: number, body: unknown): GraphQLAnswer {
  if (typeof body !== 'object' || body === null)
    throw new Error(`not a GraphQL answer: ${JSON.stringify(body)}`);
  const errors: unknown = Reflect.get(body, 'errors') ?? [];
  if (!isFaults(errors)) throw new Error(`not errors of GraphQL: ${JSON.stringify(errors)}`);
  return { status, data: Reflect.get(body, 'data'), errors };
}

function isFaults(errors: unknown): errors is GraphQLFault[] {
  return Array.isArray(errors) && errors.every((error) => typeof error?.extensions?.code === 'string');
}

/** Writes errors as `path: CODE`, sorted, to compare them at a glance. */
export function codesByPath({ errors }: GraphQLAnswer): string[] {
  return errors.map(({ path, extensions }) => `${path?.join('.') ?? ''}: ${extensions.code}`).sort();
}

/** Walks into an answer: `at(data, 'users', 'nodes', 0, 'id')`. Throws where the way ends. */
export function at(data: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((value, key) => {
    if (typeof value !== 'object' || value === null || !(key in value)) {
      throw new Error(`no ${key} of ${path.join('.')} in ${JSON.stringify(data)}`);
    }
    return Reflect.get(value, key);
  }, data);
}

/** Like `at`, for a text. */
export function textAt(data: unknown, ...path: readonly (string | number)[]): string {
  const value = at(data, ...path);
  if (typeof value !== 'string') throw new Error(`no text at ${path.join('.')} in ${JSON.stringify(data)}`);
  return value;
}

/** Like `at`, for a list. */
export function listAt(data: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = at(data, ...path);
  if (!Array.isArray(value)) throw new Error(`no list at ${path.join('.')} in ${JSON.stringify(data)}`);
  return value;
}
