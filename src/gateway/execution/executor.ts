import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import { compilePlan, type Plan } from './plan.ts';

/** Documents that are sent once are not worth the compilation, which costs some milliseconds. */
const COMPILE_AT_USE = 2;

interface Entry {
  uses: number;
  /** By operation name. Null where the operation is better not compiled. */
  readonly plans: Map<string, Plan | null>;
}

/**
 * Makes Apollo Server execute operations by compiled plans, through its `gateway` hook: everything before and after
 * the execution stays Apollo's. Plans live as long as Apollo keeps the parsed document. What has no plan, mutations
 * among it, is executed by graphql-js.
 */
export function createExecutor(schema: GraphQLSchema): GatewayInterface {
  const entries = new WeakMap<DocumentNode, Entry>();

  function planOf(document: DocumentNode, operationName: string | undefined): Plan | null {
    const entry = entries.get(document) ?? { uses: 0, plans: new Map() };
    entries.set(document, entry);
    entry.uses += 1;
    if (entry.uses < COMPILE_AT_USE) return null;
    const name = operationName ?? '';
    const known = entry.plans.get(name);
    if (known !== undefined) return known;
    const plan = compilePlan(schema, document, operationName);
    entry.plans.set(name, plan);
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
