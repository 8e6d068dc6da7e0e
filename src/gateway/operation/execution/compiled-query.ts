import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { type Holder, Run } from './execution.ts';
import { expandedFields } from './expanded-fields.ts';
import { answerText } from './result-text.ts';
import { Selection } from './selection.ts';
import type { SerializedLists } from './serialized-lists.ts';

/** A query whose fields, types, resolvers and arguments were looked up once, to be run many times. */
export interface Plan {
  /** The query, as parsed. */
  readonly operation: OperationDefinitionNode;
  /** How many fields it has, fragments put in their places. */
  readonly fields: number;
  /**
   * Runs the query.
   *
   * @returns null if anything went wrong: graphql-js then tells what, in its own words and order. It makes no call
   *   again for that, since all that was read, refusals too, is kept in the context.
   */
  execute(context: unknown, variables: Readonly<Record<string, unknown>>): Promise<PlannedResult | null>;
  /** Like `execute`, but gives the whole text of the answer. */
  write(context: unknown, variables: Readonly<Record<string, unknown>>): Promise<string | null>;
}

/** The result of an operation in which nothing went wrong. */
export interface PlannedResult {
  readonly data: Record<string, unknown>;
}

/**
 * A plan grows with every field that fragments expand to, whatever the data, while executing stops where data does. A
 * small document can expand to billions of fields.
 */
const MOST_FIELDS = 1000;
/** Most variables that `@skip` and `@include` may look at: each doubles what a plan can grow to. */
const MOST_CONDITIONS = 3;

/**
 * Plans a query.
 *
 * Plans do what graphql-js does as long as all goes well, and so need no paths, no locations and no place for errors:
 * those cost it more than everything else together.
 *
 * @param texts keeps the texts of lists that come again; null for none.
 * @returns null for what is left to graphql-js: mutations, since nothing may run them twice, and operations that are
 *   very large or have very many forms.
 */
export function planQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  texts: SerializedLists | null = null,
): Plan | null {
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || !root) return null;
  const fields = expandedFields(document, operation);
  const conditions = conditionVariables(document);
  if (fields * 2 ** conditions.length > MOST_FIELDS || conditions.length > MOST_CONDITIONS) return null;

  const definitions = operation.variableDefinitions ?? [];
  const fragments = fragmentsOf(document);
  const forms = new Map<string, Selection>();

  /** Gives the selection of the root in the form that it has with these values of its conditions. */
  function formFor(type: GraphQLObjectType, variables: Readonly<Record<string, unknown>>): Selection {
    const form = conditions.map((name) => String(variables[name])).join();
    const known = forms.get(form);
    if (known) return known;
    // Of the variables nothing else may be kept: they are a caller's.
    const values = Object.fromEntries(
      conditions.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
    );
    const planned = { schema, fragments, operation, variables: values };
    const selection = new Selection(planned, type, [operation.selectionSet]);
    forms.set(form, selection);
    return selection;
  }

  const variablesOf = (inputs: Readonly<Record<string, unknown>>) =>
    definitions.length === 0 ? NO_VARIABLES : coerce(inputs);

  async function dataOf(run: Run, type: GraphQLObjectType): Promise<Holder | null> {
    let data: Holder = {};
    const isWhole = await run.start(() => {
      data = formFor(type, run.variables).read(run, undefined);
    });
    return isWhole ? data : null;
  }

  return {
    operation,
    fields,
    async execute(context, inputs) {
      const variables = variablesOf(inputs);
      const data = variables && (await dataOf(new Run(context, variables, null), root));
      return data && { data };
    },
    async write(context, inputs) {
      const variables = variablesOf(inputs);
      if (!variables) return null;
      const run = new Run(context, variables, texts);
      const data = await dataOf(run, root);
      return data && answerText(data, run.hasWritten);
    },
  };

  /** Null where graphql-js is to word the refusal of a variable, which Apollo knows by its wording. */
  function coerce(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
    return getVariableValues(schema, definitions, inputs, { maxErrors: 1 }).coerced ?? null;
  }
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = {};

/** Finds the variables that decide which fields an operation has. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: args = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}
