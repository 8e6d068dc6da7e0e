import type { FastifyRequest } from 'fastify';
import type { AuthApiContext } from '../context.ts';
import { startFloatingWindows } from '../store/role-windows.ts';
import { invalidToken } from '../tokens/claims.ts';
import { type VerifiedToken, verifyToken } from '../tokens/verify.ts';
import type { App } from './app.ts';

/** Who calls, as the token says and the store knows. */
export type Caller = VerifiedToken;

const CALLER = 'caller';

/** The headers that a token may come in, the first one first. */
type TokenHeaders = readonly ['x-authorization'] | readonly ['authorization', 'x-authorization'];

/**
 * Demands a token from every route of `app` (contract sections 1 and 15), before the body is read. A call with a token
 * is what a user's floating windows wait for: they start with it.
 */
export function authenticate(
  app: App,
  context: AuthApiContext,
  headers: TokenHeaders = ['x-authorization'],
): void {
  app.decorateRequest(CALLER);
  app.addHook('onRequest', async (request) => {
    const caller = await verifyToken(tokenOf(request, headers), context, context.now());
    startFloatingWindows(context.database, caller.user.id, context.now());
    request.setDecorator<Caller>(CALLER, caller);
  });
}

/** Tells who makes a request. Only for routes that demand a token. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER);
}

function tokenOf(request: FastifyRequest, names: TokenHeaders): string {
  const token = names.map((name) => tokenIn(name, request.headers[name])).find((sent) => sent !== undefined);
  if (token === undefined) throw invalidToken(`The header ${names[0]} is missing`);
  return token;
}

/** `Bearer ` may stand before a token in X-Authorization, and must in Authorization, which has other uses. */
function tokenIn(name: TokenHeaders[number], value: string | string[] | undefined): string | undefined {
  const [, bearer, token] = /^(Bearer\s+)?(.+)$/i.exec(String(value ?? '')) ?? [];
  return name === 'authorization' && bearer === undefined ? undefined : token;
}
