import type { FastifyRequest } from 'fastify';
import type { JWTPayload } from 'jose';
import type { AuthApiContext } from '../context.ts';
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

function tokenOf(request: FastifyRequest): string {
  const header = request.headers['x-authorization'];
  if (typeof header !== 'string' || header === '')
    throw invalidToken('The header X-Authorization is missing');
  return header.replace(/^Bearer\s+/i, '');
}
