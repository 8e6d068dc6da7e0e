import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';

/**
 * Makes the plugin that keeps answers which may carry a secret from being compressed, here or by a proxy: from the length
 * of such an answer one can guess at the secret, where another part of it can be chosen (BREACH). Secrets and tokens are
 * answered by mutations alone.
 */
export function spareSecrets(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ operation, response: { http } }) {
          if (operation?.operation === OperationTypeNode.MUTATION) {
            http.headers.set('cache-control', 'no-store, no-transform');
          }
        },
      };
    },
  };
}
