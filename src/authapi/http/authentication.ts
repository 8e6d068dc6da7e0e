import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { JWTPayload } from 'jose';
import { ApiError } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { type Action, can, type Decision } from '../policy/can.ts';
import type { Principal } from '../policy/principal.ts';
import { getPrincipal } from '../store/principals.ts';
import type { UserRecord } from '../store/users.ts';
import { invalidToken, verifyToken } from '../tokens/verify.ts';
import type { App } from './app.ts';

/** Who calls, as the token says and the store knows. */
export interface Caller {
  readonly principal: Principal;
  readonly user: UserRecord;
  readonly claims: JWTPayload;
}

const CALLER = 'caller';

/** Demands a token from every route of `app` (contract section 1), before the body is read. */
export function authenticate(app: App, { database, signingKey, now }: AuthApiContext): void {
  app.decorateRequest(CALLER);
  app.addHook('onRequest', async (request) => {
    const { user, claims } = await verifyToken(tokenOf(request), signingKey, database, now());
    request.setDecorator<Caller>(CALLER, { user, claims, principal: getPrincipal(database, user) });
  });
}

/** Tells who makes a request. Only for routes that demand a token. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER);
}

/** Makes the hook that refuses callers who may not do `action` at all, before their body is read. */
export function requires(action: Action): onRequestHookHandler {
  return (request, _reply, done) => {
    allow(can(callerOf(request).principal, action));
    done();
  };
}

/** Turns a "no" of the policy into 403 with its reason; without a code, so that no client signs in again over it. */
export function allow(decision: Decision): void {
  if (!decision.allowed) throw new ApiError(403, decision.reason);
}

function tokenOf(request: FastifyRequest): string {
  const header = request.headers['x-authorization'];
  if (typeof header !== 'string' || header === '')
    throw invalidToken('The header X-Authorization is missing');
  return header.replace(/^Bearer\s+/i, '');
}
