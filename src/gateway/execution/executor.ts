import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { compilePlan, type Plan } from './plan.ts';

/** Operations that are sent once are not worth the compilation, which costs some milliseconds. */
const COMPILE_AT_USE = 2;
/** So many uses to go that no plan is tried again. */
const NEVER = -Infinity;

/**
 * Most fields that the plans kept have together: some kilobytes each. Apollo bounds the documents it keeps, but tiny ones
 * are many, and a plan takes many times the memory of its document.
 */
const MOST_PLANNED_FIELDS = 20_000;
/** What a plan takes besides its fields, in fields. */
const FIELDS_PER_PLAN = 10;

/**
 * Makes Apollo Server execute operations by compiled plans, through its `gateway` hook: everything before and after
 * the execution stays Apollo's. The plans used last are kept. What has no plan,
 * mutations among it, is executed by graphql-js.
 */
export function createExecutor(schema: GraphQLSchema): GatewayInterface {
  // By what the document holds, never by the name that a client sends: names have no end.
  const uses = new WeakMap<OperationDefinitionNode, number>();
  const plans = new LRUCache<OperationDefinitionNode, Plan>({
    maxSize: MOST_PLANNED_FIELDS,
    sizeCalculation: ({ fields }) => FIELDS_PER_PLAN + fields,
    dispose: (_plan, operation) => uses.delete(operation),
  });

  function planOf(document: DocumentNode, operationName: string | undefined): Plan | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const known = plans.get(operation);
    if (known) return known;
    const used = (uses.get(operation) ?? 0) + 1;
    uses.set(operation, used);
    if (used < COMPILE_AT_USE) return null;
    const plan = compilePlan(schema, document, operation);
    if (plan) plans.set(operation, plan);
    else uses.set(operation, NEVER);
    return plan;
  }

  const executor: GatewayExecutor = async ({ document, request, context }) => {
    const operationName = request.operationName ?? undefined;
    const variableValues = request.variables ?? {};
    const planned = await planOf(document, operationName)?.execute(context, variableValues);
    const args = {
      schema,
      document,
      contextValue: context,
      variableValues,
      operationName: operationName ?? null,
    };
    return asGatewayResult(planned ?? (await execute(args)));
  };

  return {
    onSchemaLoadOrUpdate(load) {
      load({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({ executor }),
    stop: async () => {},
  };
}

/** graphql's result and Apollo's differ by names of types only. */
function asGatewayResult(result: ExecutionResult): Awaited<ReturnType<GatewayExecutor>> {
  return result as Awaited<ReturnType<GatewayExecutor>>;
}
