import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { OperationContext } from './context.ts';
import { isBug } from './errors.ts';

/** Makes the plugin that logs our bugs, which clients see masked, and puts the request id into every error. */
export function reportErrors(logger: Logger): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ contextValue: { requestId } }) {
      return {
        async didEncounterErrors({ errors }) {
          for (const error of errors.filter(isBug)) {
            logger.error(
              { requestId, path: error.path, err: unwrapResolverError(error) },
              'a resolver failed',
            );
          }
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind === 'single' && body.singleResult.errors) {
            body.singleResult.errors = body.singleResult.errors.map((error) =>
              withRequestId(error, requestId),
            );
          }
        },
      };
    },
  };
}

function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, requestId } };
}
