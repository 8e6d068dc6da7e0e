import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { type DocumentNode, getOperationAST, parse } from 'graphql';

/** Where operations go. */
export interface Endpoints {
  readonly url: string;
  /** The same for WebSockets. */
  readonly subscriptionUrl: string;
}

/**
 * Makes the fetcher of GraphiQL, which sends subscriptions over a WebSocket.
 *
 * GraphiQL looks at what stands in its editor a moment after it has changed, and names the operation of before until
 * then: whoever runs an example at once would send the name of another operation, and a subscription as a request.
 */
export function createFetcher(endpoints: Endpoints): Fetcher {
  const send = createGraphiQLFetcher(endpoints);
  return (params, options) => {
    const document = parsed(params.query);
    if (!document) return send(params, options);
    return send(nameOf(params, document), { ...options, documentAST: document });
  };
}

/** Text that is no GraphQL is for the server to refuse. */
function parsed(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

function nameOf(params: FetcherParams, document: DocumentNode): FetcherParams {
  if (getOperationAST(document, params.operationName)) return params;
  const { operationName: _, ...rest } = params;
  const name = getOperationAST(document)?.name?.value;
  return name === undefined ? rest : { ...rest, operationName: name };
}
