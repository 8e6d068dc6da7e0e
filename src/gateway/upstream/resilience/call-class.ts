import type { RestMethod } from '../client/rest-call.ts';

/**
 * What may be done about a write whose answer did not come. It is a property of the REST call, not of its method and
 * not of the GraphQL field that needs it, so each `rest.ts` states it where it makes the call.
 *
 * | class | sent again | calls |
 * | --- | --- | --- |
 * | `IDEMPOTENT_BY_METHOD` | yes; a 404 of the API to the second DELETE is success | every PUT and DELETE |
 * | `IDEMPOTENT_BY_MEANING` | yes, for the second time changes nothing | grant, add members, add a role to an application, sign in |
 * | `KEYED_CREATE` | after a read by its key shows that nothing is there (`keyed-create.ts`) | role, gateway configuration |
 * | `NEVER_REPEATED` | no; looked for once (`reconcile.ts`) | application, access key, workflow, request, decision, revocation |
 * | `FLIP` | no; the state is read and compared | status of an access key |
 *
 * Reads are sent again. Calls of every class are, if it is certain that nothing was done: no connection, or a 429.
 */
export type WriteClass = keyof MethodOf;

/** Which methods a class of write may use; so a POST cannot be called idempotent by its method. */
export interface MethodOf {
  readonly IDEMPOTENT_BY_METHOD: 'PUT' | 'DELETE';
  readonly IDEMPOTENT_BY_MEANING: 'POST';
  readonly KEYED_CREATE: 'POST';
  readonly NEVER_REPEATED: 'POST';
  readonly FLIP: 'POST';
}

export type CallClass = 'READ' | WriteClass;

/** Tells whether a call does the same when it is sent twice as when it is sent once. */
export function isIdempotent(callClass: CallClass): boolean {
  return callClass === 'READ' || callClass.startsWith('IDEMPOTENT');
}

/** Tells whether this answer to a repeated call says that an earlier one, whose answer was lost, has done it. */
export function saysDone(callClass: CallClass, method: RestMethod, status: number): boolean {
  return callClass === 'IDEMPOTENT_BY_METHOD' && method === 'DELETE' && status === 404;
}
