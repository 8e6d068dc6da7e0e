import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { expandedFields } from './expanded-fields.ts';
import { hasOneShape } from './one-shape.ts';
import { keepStringifier } from './result-text.ts';

/** A query turned into code once, to be run many times. */
export interface Plan {
  /** How many fields it has, fragments put in their places. */
  readonly fields: number;
  /**
   * Runs the query.
   *
   * @returns null if anything went wrong: graphql-js then tells what, in its own words and order. It makes no call
   *   again for that, since all that was read, refusals too, is kept in the context.
   */
  execute(context: unknown, variables: Readonly<Record<string, unknown>>): Promise<PlannedResult | null>;
}

/** The result of an operation in which nothing went wrong. */
export interface PlannedResult {
  readonly data: Record<string, unknown>;
}

/**
 * Compiling visits every field that fragments expand to, whatever the data, while executing stops where data does. A
 * small document can expand to billions of fields.
 */
const MOST_FIELDS = 1000;

const ONE_ERROR = { maxErrors: 1 };

/**
 * Compiles a query to code.
 *
 * @returns null for what is left to graphql-js: mutations, since nothing may run them twice, and operations that are
 *   very large.
 */
export function compilePlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan | null {
  if (operation.operation !== OperationTypeNode.QUERY) return null;
  const fields = expandedFields(document, operation);
  if (fields > MOST_FIELDS) return null;
  const compiled = compileQuery(schema, document, operation.name?.value, {
    customJSONSerializer: hasOneShape(schema, document),
  });
  if (!isCompiledQuery(compiled)) return null;
  const definitions = operation.variableDefinitions ?? [];

  return {
    fields,
    async execute(context, variables) {
      // graphql-js words the refusal of variables, and Apollo knows it by its wording.
      if (definitions.length > 0 && getVariableValues(schema, definitions, variables, ONE_ERROR).errors) {
        return null;
      }
      const { data, errors } = await compiled.query(undefined, context, variables);
      if (errors || !data) return null;
      keepStringifier(data, compiled.stringify);
      return { data };
    },
  };
}
