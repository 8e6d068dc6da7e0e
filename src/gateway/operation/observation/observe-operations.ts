import type { ApolloServerPlugin } from '@apollo/server';
import type { OperationContext } from '../context.ts';

/**
 * Makes the plugin that tells how each operation ended that Apollo Server runs. It must follow those that change errors.
 * Operations that go past Apollo Server are told of where they are run (`transport/http/fast-path.ts`).
 */
export function observeOperations(): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ contextValue: { observed } }) {
      if (!observed) return;
      return {
        async willSendResponse({ operation, response: { body } }) {
          if (body.kind !== 'single') return;
          const { errors = [], data } = body.singleResult;
          const codes = errors.map(({ extensions }) => String(extensions?.['code']));
          observed.ended(operation ?? null, codes, data !== null && data !== undefined);
        },
      };
    },
  };
}
