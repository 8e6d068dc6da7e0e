import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { formatError } from '../../graph/kit/errors.ts';
import type { OperationContext } from '../context.ts';
import type { Observation } from '../observation/observation.ts';
import type { Admission } from './admission.ts';
import { withDocumentId } from './persisted-operations/document-id.ts';
import type { PersistedOperations } from './persisted-operations/persisted-operations.ts';

/** Stands for a document that is refused or faulty, so that Apollo does not look at it. */
const NOTHING = parse('{ __typename }');

/**
 * Makes the plugin by which Apollo Server reads documents, and executes operations, only as {@link Admission} says.
 *
 * @param observation told of what is refused.
 * @param persistedOperations whether ids are known at all, which a reload may change.
 */
export function admitOperations(
  admission: Admission,
  observation: Pick<Observation, 'refused'>,
  persistedOperations: Pick<PersistedOperations, 'isOn'>,
): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ request: sent, contextValue: { caller } }) {
      withDocumentId(sent);
      let refusal: GraphQLError | null = null;
      let faults: readonly GraphQLError[] = [];
      return {
        // Apollo would parse and validate what has no document after this.
        async didResolveSource(request) {
          const { source, queryHash: sha256 } = request;
          try {
            const read = await admission.read({
              source,
              sha256,
              isById: sent.query === undefined,
              caller,
            });
            if ('faults' in read) faults = read.faults;
            Object.assign(request, { document: 'document' in read ? read.document : NOTHING });
          } catch (error) {
            if (!(error instanceof GraphQLError)) throw error;
            refusal = error;
            Object.assign(request, { document: NOTHING });
          }
        },
        // The only one that may throw.
        async didResolveOperation(request) {
          const { document } = request;
          const [fault] = faults;
          if (fault) {
            // The document is not valid against the schema.
            Object.assign(request, { operation: undefined });
            throw withStatus(fault);
          }
          try {
            if (refusal) throw refusal;
            await admission.admit(document, sent.operationName, sent.variables ?? {}, caller);
          } catch (error) {
            if (!(error instanceof GraphQLError)) throw error;
            const { code, limit } = error.extensions;
            observation.refused(String(code), typeof limit === 'string' ? limit : null);
            throw withStatus(error);
          }
        },
        async willSendResponse({ response: { body, http } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return;
          // Only one of them could be thrown.
          if (faults.length > 0) {
            body.singleResult.errors = faults.map((fault) => formatError(fault.toJSON(), fault));
          }
          if (!persistedOperations.isOn) {
            body.singleResult.errors = body.singleResult.errors.map(asNotSupported);
          }
          const seconds = Math.max(...body.singleResult.errors.map(retryAfterSeconds));
          if (seconds > 0) http.headers.set('retry-after', String(seconds));
        },
      };
    },
  };
}

/** Gives an error the HTTP status with which Apollo answers. */
function withStatus({ message, nodes = [], extensions }: GraphQLError): GraphQLError {
  const status = extensions['code'] === 'RATE_LIMITED' ? 429 : 400;
  return new GraphQLError(message, {
    nodes,
    extensions: { ...extensions, http: { status, headers: new HeaderMap() } },
  });
}

/** Apollo Server decides once and for all whether it takes ids. A client that is told "not found" sends the text and tries again. */
function asNotSupported(error: GraphQLFormattedError): GraphQLFormattedError {
  if (error.extensions?.['code'] !== 'PERSISTED_QUERY_NOT_FOUND') return error;
  const code = 'PERSISTED_QUERY_NOT_SUPPORTED';
  return { message: 'PersistedQueryNotSupported', extensions: { ...error.extensions, code } };
}

function retryAfterSeconds({ extensions }: GraphQLFormattedError): number {
  const seconds = extensions?.['code'] === 'RATE_LIMITED' ? extensions['retryAfterSeconds'] : 0;
  return typeof seconds === 'number' ? seconds : 0;
}
