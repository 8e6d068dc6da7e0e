import { type Token, tokenOf } from './token.ts';

/**
 * What a caller sent to say who it is: a token for each upstream, twice the same where it sent one. Null where it sent
 * nothing at all. Limits, sharing, replays and streams know a caller by nothing else.
 */
export type SentCredential = {
  readonly authorization: Token;
  readonly workflowEngine: Token;
} | null;

/** Members that a credential is sent in: the headers of a request, or what a WebSocket is opened with. */
export type CredentialMembers = Readonly<Record<string, unknown>>;

/** A caller sent something to say who it is, and it cannot be understood. To take it for nothing would lend it other rights. */
export class CredentialRefusal extends Error {
  override readonly name = 'CredentialRefusal';
  /** Read by Fastify. */
  readonly statusCode = 401;
}

/**
 * Reads a caller's credential: `X-Authorization: <token>`, bare or after `Bearer`, for the authorization API, as
 * Conductor's clients send it (contract section 1); `Authorization: Bearer <token>` for the workflow engine, as PrivX's do
 * (contract section 15). One alone is for both.
 *
 * @param members by their names in lower case.
 * @throws {CredentialRefusal} for what is there and is not understood.
 */
export function readCredential(members: CredentialMembers): SentCredential {
  const conductor = read('X-Authorization', members['x-authorization']);
  const bearer = read('Authorization', members['authorization']);
  const authorization = conductor ?? bearer;
  const workflowEngine = bearer ?? conductor;
  return authorization && workflowEngine && { authorization, workflowEngine };
}

/** A scheme, if there is one, and what follows it. */
const SCHEME_AND_REST = /^(?:(bearer)(?:[ \t]+|$))?(.*)$/is;

function read(name: 'Authorization' | 'X-Authorization', value: unknown): Token | null {
  if (value === undefined) return null;
  const [, scheme, word = ''] = typeof value === 'string' ? (SCHEME_AND_REST.exec(trimmed(value)) ?? []) : [];
  const token = scheme || name === 'X-Authorization' ? tokenOf(word) : null;
  if (!token) throw new CredentialRefusal(`${name} holds no token. Send "${name}: Bearer <token>".`);
  return token;
}

/** Takes blanks and tabs off both ends, as HTTP does. */
function trimmed(value: string): string {
  return value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
