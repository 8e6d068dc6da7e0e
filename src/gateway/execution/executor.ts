import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { compilePlan, type Plan } from './plan.ts';

/** Operations that are sent once are not worth the compilation, which costs some milliseconds. */
const COMPILE_AT_USE = 2;

interface Entry {
  uses: number;
  /** Null where the operation is better not compiled. */
  plan?: Plan | null;
}

/**
 * Makes Apollo Server execute operations by compiled plans, through its `gateway` hook: everything before and after
 * the execution stays Apollo's. Plans live as long as Apollo keeps the parsed document. What has no plan, mutations
 * among it, is executed by graphql-js.
 */
export function createExecutor(schema: GraphQLSchema): GatewayInterface {
  const entries = new WeakMap<OperationDefinitionNode, Entry>();

  function planOf(document: DocumentNode, operationName: string | undefined): Plan | null {
    // Kept by what the document holds, never by the name that a client sends: names have no end.
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const entry = entries.get(operation) ?? { uses: 0 };
    entries.set(operation, entry);
    entry.uses += 1;
    if (entry.uses < COMPILE_AT_USE) return null;
    if (entry.plan === undefined) entry.plan = compilePlan(schema, document, operation);
    return entry.plan;
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
