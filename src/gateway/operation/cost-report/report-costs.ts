import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { UNSIGNED } from '../../credentials/caller.ts';
import { IdempotencyStore } from '../../graph/bulk-changes/idempotency-store.ts';
import { LARGEST_PAGE } from '../../graph/kit/connection.ts';
import { costFormula } from '../admission/cost/cost-formula.ts';
import { OperationContext } from '../context.ts';
import { Observation } from '../observation/observation.ts';
import { stubUpstream } from './stub-upstream.ts';
import { stubVariables } from './stub-variables.ts';
import { StubWorld } from './stub-world.ts';

/** What an operation costs upstream. */
export interface Explanation {
  /** Its own name; null for one without. */
  readonly name: string | null;
  readonly type: string;
  /** REST calls in all; null for a subscription, which makes them for each event, and is not explained. */
  readonly restCalls: number | null;
  /** How often each call is made, by its method and its path without ids; the most frequent first. */
  readonly calls: readonly { readonly call: string; readonly times: number }[];
  /** Points that the gateway estimates, which its limits are told in. */
  readonly points: number;
  /** Why some of it could not be explained, each once. */
  readonly faults: readonly string[];
}

export interface ExplainOptions {
  /** Users, groups, roles and the like that there are of each. */
  readonly records: number;
  /** Values of variables; those left out are chosen. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Finds out which REST calls the operations of a document make, at worst, in an organisation of some size: executes them
 * by the very code that the gateway has, over upstreams that are only imagined.
 *
 * @param document a valid one.
 */
export async function explainOperations(
  schema: GraphQLSchema,
  document: DocumentNode,
  options: ExplainOptions,
): Promise<readonly Explanation[]> {
  const explanations: Explanation[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      explanations.push(await explain(schema, document, definition, options));
    }
  }
  return explanations;
}

async function explain(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { records, variables }: ExplainOptions,
): Promise<Explanation> {
  const about = { name: operation.name?.value ?? null, type: operation.operation };
  const chosen = { ...stubVariables(schema, operation, Math.min(records, LARGEST_PAGE)), ...variables };
  const points = costFormula(schema, document, operation)(chosen);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    return { ...about, restCalls: null, calls: [], points, faults: [] };
  }
  const counts = new Map<string, number>();
  const told = (call: string) => void counts.set(call, (counts.get(call) ?? 0) + 1);
  const { errors = [] } = await execute({
    schema,
    // Only this one: a document with several operations would need the name to choose one.
    document: {
      ...document,
      definitions: document.definitions.filter(
        (one) => one.kind !== Kind.OPERATION_DEFINITION || one === operation,
      ),
    },
    variableValues: chosen,
    contextValue: stubContext(records, told),
  });
  const calls = [...counts].map(([call, times]) => ({ call, times }));
  return {
    ...about,
    restCalls: calls.reduce((sum, { times }) => sum + times, 0),
    calls: calls.sort((a, b) => b.times - a.times || (a.call < b.call ? -1 : 1)),
    points,
    faults: [...new Set(errors.map(({ message }) => message))],
  };
}

const UNLIMITED = {
  restCalls: Number.POSITIVE_INFINITY,
  operationMs: 600_000,
  longRestCalls: Number.POSITIVE_INFINITY,
  longOperationMs: 600_000,
};

function stubContext(records: number, told: (call: string) => void): OperationContext {
  const world = new StubWorld(records);
  return new OperationContext(
    {
      limits: UNLIMITED,
      authorizationApi: stubUpstream('authorization API', world, told),
      workflowEngine: stubUpstream('workflow engine', world, told),
      credentials: {
        authorization: () => UNSIGNED,
        workflowEngine: () => UNSIGNED,
      },
      observation: new Observation([]),
      idempotencyStore: new IdempotencyStore(),
      changes: null,
      signIns: { take: () => 0 },
      now: Date.now,
      wrote: () => {},
    },
    { id: 'explained', headers: {}, credential: null, address: '', whenClientLeaves: () => {} },
  );
}
