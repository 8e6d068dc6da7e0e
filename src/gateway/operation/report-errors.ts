import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { formatError, isBug } from '../graph/kit/errors.ts';
import type { UpstreamError } from '../upstream/errors/upstream-error.ts';
import type { OperationContext } from './context.ts';

/**
 * Makes the function that writes the errors of what Apollo does not execute, the events of streams, as Apollo would with
 * the plugin below.
 */
export function reportedErrors(
  logger: Logger,
): (errors: readonly GraphQLError[], requestId: string) => readonly GraphQLFormattedError[] {
  return (errors, requestId) => {
    logBugs(logger, errors, requestId);
    return errors.map((error) => withRequestId(formatError(error.toJSON(), error), requestId));
  };
}

/**
 * Makes the plugin that logs our bugs, which clients see masked, tells what is wrong with what was read and belongs to no
 * field, and puts the request id into every error.
 */
export function reportErrors(logger: Logger): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ contextValue }) {
      const { requestId } = contextValue;
      return {
        async didEncounterErrors({ errors }) {
          logBugs(logger, errors, requestId);
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return;
          const { errors = [] } = body.singleResult;
          const { reported } = contextValue;
          if (errors.length + reported.size === 0) return;
          const told = [...errors, ...Array.from(reported, asFormatted)];
          body.singleResult.errors = told.map((error) => withRequestId(error, requestId));
        },
      };
    },
  };
}

function logBugs(logger: Logger, errors: readonly GraphQLError[], requestId: string): void {
  for (const error of errors.filter(isBug)) {
    logger.error({ requestId, path: error.path, err: unwrapResolverError(error) }, 'a resolver failed');
  }
}

function asFormatted({ message, code }: UpstreamError): GraphQLFormattedError {
  return { message, extensions: { code } };
}

function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, requestId } };
}
