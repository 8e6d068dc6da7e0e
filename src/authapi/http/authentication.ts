import type { FastifyRequest, onRouteHookHandler } from 'fastify';
import type { AuthApiContext } from '../context.ts';
import { allow } from '../guards/permission.ts';
import { type Action, can } from '../policy/can.ts';
import { startFloatingWindows } from '../store/role-windows.ts';
import { invalidToken } from '../tokens/claims.ts';
import { bearerOf, type TokenBearer } from '../tokens/verify.ts';
import type { App } from './typed-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do, whatever the target. */
    readonly takes?: Action;
  }
}

/** Who calls, as the token says and the store knows. */
export type Caller = TokenBearer;

const CALLER = 'caller';

/** The headers that a token may come in; the first one is named where there is none. */
type TokenHeaders = readonly ['x-authorization'] | readonly ['authorization', 'x-authorization'];

/**
 * Demands a token from every route of `app` that is added after this (contract sections 1 and 15), and what the route's
 * `config.takes` names, before the body is read. A call with a token is what a user's floating windows wait for: they
 * start with it.
 *
 * That only saves reading a body. Whoever sends one takes its time over it, so every call that may write is decided
 * again when it acts.
 */
export function authenticate(
  app: App,
  context: AuthApiContext,
  headers: TokenHeaders = ['x-authorization'],
): void {
  app.decorateRequest(CALLER);
  app.addHook('onRequest', async (request) => {
    const claims = await context.readClaims(tokenOf(request, headers), context.now());
    const caller = bearerOf(claims, context, context.now());
    startFloatingWindows(context.database, caller.user.id, context.now());
    admit(request, caller);
  });
  app.addHook('onRoute', decidedWhenItActs(context));
}

/** Tells who makes a request. Only for routes that demand a token. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER);
}

function admit(request: FastifyRequest, caller: Caller): void {
  const { takes } = request.routeOptions.config;
  if (takes !== undefined) allow(can(caller.principal, takes));
  request.setDecorator<Caller>(CALLER, caller);
}

/**
 * Runs the handler of every route but reads in one transaction that begins by asking again who calls and what that one
 * may. A route cannot be added without it. Its handler answers by what it returns, nothing being an empty answer: what
 * is sent has been committed.
 */
function decidedWhenItActs(context: AuthApiContext): onRouteHookHandler {
  return (route) => {
    if (route.method === 'GET' || route.method === 'HEAD') return;
    const act = route.handler;
    route.handler = function (request, reply) {
      const answer = context.database.transaction(() => {
        admit(request, bearerOf(callerOf(request).claims, context, context.now()));
        const done: unknown = act.call(this, request, reply);
        if (done instanceof Promise) throw new Error(`${route.url} acts at once: no transaction waits`);
        return done;
      });
      return answer === undefined ? reply.send() : answer;
    };
  };
}

function tokenOf(request: FastifyRequest, names: TokenHeaders): string {
  const { headersDistinct } = request.raw;
  const sent = names.flatMap((name) =>
    (headersDistinct[name] ?? []).flatMap((value) => tokenIn(name, value)),
  );
  const [token, another] = new Set(sent);
  if (token === undefined) throw invalidToken(`The header ${names[0]} is missing`);
  // Whoever stands in between may have read the other one.
  if (another !== undefined) throw invalidToken('There are two of them');
  return token;
}

/** `Bearer ` may stand before a token in X-Authorization, and must in Authorization, which has other uses. */
function tokenIn(name: TokenHeaders[number], value: string): string[] {
  const [, bearer, token] = /^(Bearer +)?(.+)$/i.exec(value) ?? [];
  return token === undefined || (name === 'authorization' && bearer === undefined) ? [] : [token];
}
