import { HttpError } from '../../upstream/errors/http-error.ts';
import { InvalidIdError } from '../../upstream/errors/invalid-id-error.ts';
import type { UserErrorCode, UserError as UserErrorData } from '../generated/graphql.ts';
import { UserError } from './user-error.ts';

/** Which argument stands behind a member of the REST body, e.g. `{ roles: ['input', 'roleIds'] }`. */
export type BodyFields = Readonly<Record<string, readonly string[]>>;

const CODE_BY_STATUS: Readonly<Record<number, UserErrorCode>> = {
  400: 'INVALID_INPUT',
  404: 'NOT_FOUND',
  // Only taken names are refused with it (contract sections 12 and 13).
  409: 'ALREADY_EXISTS',
  422: 'INVALID_INPUT',
};

/**
 * Runs a write and turns what the person at the form can mend into `userErrors`, by the table of the schema
 * conventions ("Errors"). The payload says what is there now by references, so that it is read again.
 *
 * @param args the mutation's arguments, to tell which of them is at fault.
 * @param write the REST calls, and the payload without `userErrors`.
 * @throws every failure that is for the client program or the operator.
 */
export async function mutate<P extends object>(
  args: object,
  write: () => Promise<P>,
  fields: BodyFields = {},
): Promise<Partial<P> & { userErrors: UserErrorData[] }> {
  try {
    return { ...(await write()), userErrors: [] };
  } catch (error) {
    const fault = faultOf(error, args, fields);
    if (!fault) throw error;
    const { code, message, field, payload } = fault;
    return { ...payload, userErrors: [{ code, message, field }] } as unknown as Partial<P> & {
      userErrors: UserErrorData[];
    };
  }
}

function faultOf(error: unknown, args: object, fields: BodyFields): UserError | null {
  if (error instanceof UserError) return error;
  const code = userErrorCode(error);
  if (!code || !(error instanceof Error)) return null;
  const field = faultyArgument(error, args, fields);
  return new UserError(code, sentenceOf(error, field), field);
}

/** Puts the argument's name where an upstream's sentence begins with a path into the REST call (`body/roles must …`). */
function sentenceOf(error: Error, field: readonly string[] | null): string {
  const path = error instanceof HttpError ? error.field?.join('/') : undefined;
  const name = field?.findLast((part) => !/^\d+$/.test(part));
  if (!path || !name || !error.message.startsWith(`${path} `)) return error.message;
  return name + error.message.slice(path.length);
}

/** Gives the code of a failure that the person at the form can mend; undefined for every other. */
export function userErrorCode(error: unknown): UserErrorCode | undefined {
  if (error instanceof HttpError) return CODE_BY_STATUS[error.status];
  return error instanceof InvalidIdError ? 'INVALID_INPUT' : undefined;
}

/**
 * Finds the argument behind the value that a refusal lays its finger on (`body/name`, `params/role`, `roles[1]`), or
 * below it; where it points at none in the body, the argument that its sentence speaks of. Null if neither tells.
 */
function faultyArgument(error: Error, args: object, fields: BodyFields): readonly string[] | null {
  const path = (error instanceof HttpError && error.field) || [];
  const [part, member = ''] = path[0] === 'body' || path[0] === 'params' ? path : ['body', ...path];
  const name = member.replace(/\[\d+\]$/, '');
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return argumentNamedIn(error.message, args, field) ?? field;
  return part === 'body' && member !== '' ? null : argumentNamedIn(error.message, args, []);
}

/** A message is looked through for each argument, and may quote all that was sent. */
const LONGEST_MESSAGE = 1000;

/**
 * Finds the argument that a refusal speaks of: upstreams name the id that they do not know (contract section 1).
 * Null if no argument below `within`, or more than one, stands in the sentence as a word of its own.
 */
function argumentNamedIn(message: string, args: object, within: readonly string[]): string[] | null {
  const said = message.slice(0, LONGEST_MESSAGE).toLowerCase();
  const found = [...texts(args, [])].filter(
    ({ value, path }) => within.every((part, depth) => path[depth] === part) && hasWord(said, value),
  );
  return found.length === 1 && found[0] ? found[0].path : null;
}

function* texts(value: unknown, path: string[]): Generator<{ value: string; path: string[] }> {
  if (typeof value === 'string') yield { value, path };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* texts(member, [...path, key]);
  }
}

/** @param message in lower case. */
function hasWord(message: string, word: string): boolean {
  const index = message.indexOf(word.toLowerCase());
  if (word === '' || index === -1) return false;
  const around = [message[index - 1], message[index + word.length]];
  return around.every((character) => character === undefined || !/[\p{L}\p{N}_-]/u.test(character));
}
