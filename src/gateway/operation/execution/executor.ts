import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { OperationContext } from '../context.ts';
import { refusal } from '../refusal.ts';
import { type Plan, planQuery } from './compiled-query.ts';
import { SerializedLists } from './serialized-lists.ts';

/** Operations that are sent once are not worth the compilation, which costs some milliseconds. */
const COMPILE_AT_USE = 2;
/** So many uses to go that no plan is tried again. */
const NEVER = -Infinity;
/**
 * Runs of a plan that may fail in a row, by whichever callers: a lasting error would have each request executed twice. A
 * few callers who are refused must not slow the others down.
 */
const MOST_FAILURES = 10;
/** Uses that graphql-js then executes alone, before the plan is tried again: an upstream may have failed meanwhile. */
const RESTING_USES = 100;

/**
 * Most fields that the plans kept have together: some kilobytes each. Apollo bounds the documents it keeps, but tiny ones
 * are many, and a plan takes many times the memory of its document.
 */
const MOST_PLANNED_FIELDS = 20_000;
/** What a plan takes besides its fields, in fields. */
const FIELDS_PER_PLAN = 10;
/** Characters of a document that take about the memory of a planned field. */
const TEXT_PER_FIELD = 2000;

/** Executes operations for Apollo Server, and past it those whose text it knows. */
export interface Executor extends GatewayInterface {
  /**
   * Finds the plan of an operation by its text: it was parsed, found valid and executed before.
   *
   * @param operationName as sent; it must be that of the operation where there is one.
   */
  planOfText(text: string, operationName: string | undefined): Plan | undefined;
}

/** An operation that has a plan, and how a client asks for it. */
interface Known {
  readonly plan: Plan;
  /** The whole text of its document; null if that holds other operations too. */
  readonly text: string | null;
  readonly failures: Failures;
}

/** Counts the runs of a plan that failed. */
class Failures {
  #inRow = 0;
  #resting = 0;

  /** Whether the operation is graphql-js's for now. */
  get isResting(): boolean {
    return this.#resting > 0;
  }

  /** Notes a use of the operation; tells whether it is to be run by its plan. */
  use(): boolean {
    if (this.#resting === 0) return true;
    this.#resting -= 1;
    return false;
  }

  /** Notes how a run ended, and gives its result. */
  note<R>(result: R | null): R | null {
    this.#inRow = result === null ? this.#inRow + 1 : 0;
    if (this.#inRow >= MOST_FAILURES) this.#resting = RESTING_USES;
    return result;
  }
}

/**
 * Makes Apollo Server execute operations by plans, through its `gateway` hook: everything before and after
 * the execution stays Apollo's. The plans used last are kept. What has no plan,
 * mutations among it, is executed by graphql-js. Subscriptions go to whoever holds streams.
 *
 * @param textsLength characters that the plans may keep of what they wrote; 0 for none.
 */
export function createExecutor(schema: GraphQLSchema, textsLength = 0): Executor {
  const texts = textsLength > 0 ? new SerializedLists(textsLength) : null;
  // By what the document holds, never by the name that a client sends: names have no end.
  const uses = new WeakMap<OperationDefinitionNode, number>();
  const byText = new Map<string, OperationDefinitionNode>();
  const plans = new LRUCache<OperationDefinitionNode, Known>({
    maxSize: MOST_PLANNED_FIELDS,
    sizeCalculation: ({ plan, text }) =>
      FIELDS_PER_PLAN + plan.fields + Math.ceil((text?.length ?? 0) / TEXT_PER_FIELD),
    dispose({ text }, operation) {
      uses.delete(operation);
      if (text !== null && byText.get(text) === operation) byText.delete(text);
    },
  });

  function planOf(document: DocumentNode, operationName: string | undefined, source: string): Plan | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const known = plans.get(operation);
    if (known) return known.failures.use() ? known.plan : null;
    const used = (uses.get(operation) ?? 0) + 1;
    uses.set(operation, used);
    if (used < COMPILE_AT_USE) return null;
    const plan = planQuery(schema, document, operation, texts);
    if (!plan) {
      uses.set(operation, NEVER);
      return null;
    }
    const text = getOperationAST(document) ? source : null;
    const failures = new Failures();
    const noted = noting(plan, failures);
    plans.set(operation, { plan: noted, text, failures });
    if (text !== null && plans.has(operation)) byText.set(text, operation);
    return noted;
  }

  const executor: GatewayExecutor = async ({ document, source, request, context }) => {
    const operationName = request.operationName ?? undefined;
    const variableValues = request.variables ?? {};
    const args = {
      schema,
      document,
      contextValue: context,
      variableValues,
      operationName: operationName ?? null,
    };
    if (isSubscription(document, operationName)) return asGatewayResult(await openStream(args));
    const plan = context['planFailed'] ? null : planOf(document, operationName, source);
    const planned = await plan?.execute(context, variableValues);
    return asGatewayResult(planned ?? (await execute(args)));
  };

  return {
    onSchemaLoadOrUpdate(load) {
      load({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({ executor }),
    planOfText(text, operationName) {
      const operation = byText.get(text);
      if (!operation || (operationName !== undefined && operationName !== operation.name?.value)) return;
      const known = plans.get(operation);
      return known?.failures.isResting ? undefined : known?.plan;
    },
    stop: async () => {},
  };
}

/** Gives a plan whose runs are counted. */
function noting(plan: Plan, failures: Failures): Plan {
  return {
    ...plan,
    execute: (context, variables) => plan.execute(context, variables).then((result) => failures.note(result)),
    write: (context, variables) => plan.write(context, variables).then((text) => failures.note(text)),
  };
}

function isSubscription(document: DocumentNode, operationName: string | undefined): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}

/** Hands a subscription, which Apollo has parsed and found valid, to the transport that it came by. */
function openStream(args: ExecutionArgs): Promise<ExecutionResult> | ExecutionResult {
  const { openStream: open } = args.contextValue as OperationContext;
  return open ? open(args) : { errors: [noStream()] };
}

/** One for each request: Apollo and its plugins write into errors. */
function noStream(): GraphQLError {
  return refusal(
    'NOT_ACCEPTABLE',
    'A subscription is answered by a stream: accept text/event-stream or multipart/mixed;subscriptionSpec=1.0, or use a WebSocket',
  );
}

/** graphql's result and Apollo's differ by names of types only. */
function asGatewayResult(result: ExecutionResult): Awaited<ReturnType<GatewayExecutor>> {
  return result as Awaited<ReturnType<GatewayExecutor>>;
}
