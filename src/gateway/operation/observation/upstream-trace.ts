import type { ApolloServerPlugin } from '@apollo/server';
import type { OperationContext } from '../context.ts';
import type { ObservedOperation } from './observed-operation.ts';
import { CALLS_HEADER } from './upstream-trace-header.ts';

/**
 * Makes the plugin that answers, in `extensions.upstream`, which REST calls are behind an operation, and why each was
 * made. Ids are left out of routes, so that an answer can be shown around.
 *
 * @param may says, now, whether clients are told.
 */
export function tellCalls(may: { readonly tellsCalls: boolean }): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ request: { http }, contextValue: { observed } }) {
      if (!may.tellsCalls || !observed || http?.headers.get(CALLS_HEADER) !== '1') return;
      return {
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return;
          const { singleResult } = body;
          singleResult.extensions = { ...singleResult.extensions, upstream: callsOf(observed) };
        },
      };
    },
  };
}

function callsOf({ calls, restCalls, startedAt }: ObservedOperation): object {
  return {
    restCalls,
    ms: tenths(performance.now() - startedAt),
    calls: calls.map(({ upstream, method, route, status, reason, batch, startedAt: callAt, ms }) => ({
      upstream,
      method,
      route,
      status,
      startMs: tenths(callAt - startedAt),
      ms: tenths(ms),
      reason,
      ...(batch && { records: batch.records }),
    })),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
