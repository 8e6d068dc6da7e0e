import type { ApolloServerPlugin } from '@apollo/server';

/** Faults of the document or its variables, found before execution. */
const FAULTS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

const LEGACY_TYPE = /^application\/json(;\s*charset=utf-8)?$/i;

/**
 * Makes the plugin that answers faulty documents with status 200 where a client accepts `application/json` and nothing
 * else, as GraphQL over HTTP has it ("application/json"): clients of that time read the body of 200 only. All others
 * get 400.
 */
export function legacyStatus(): ApolloServerPlugin {
  return {
    async requestDidStart({ request: { http: sent } }) {
      if (!LEGACY_TYPE.test(sent?.headers.get('accept') ?? '')) return;
      return {
        async willSendResponse({ response: { body, http } }) {
          if (http.status !== 400 || body.kind !== 'single' || body.singleResult.data) return;
          const codes = body.singleResult.errors?.map(({ extensions }) => extensions?.['code']) ?? [];
          if (codes.every((code) => FAULTS.has(String(code)))) http.status = 200;
        },
      };
    },
  };
}
