import {
  BREAK,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isAbstractType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { isPure } from '../../graph/kit/depends-on-parent.ts';
import { collectFields, type Selected } from './collect-fields.ts';
import { type CompletedField, completion, type ObjectReader } from './completion.ts';
import type { Complete, Holder, Run } from './execution.ts';

/** An operation with the values that its `@skip` and `@include` have. */
export interface PlannedOperation extends Selected {
  readonly operation: OperationDefinitionNode;
}

/** What an operation asks of an object of one type. */
export class Selection implements ObjectReader {
  readonly #fields: readonly PlannedField[];
  /** The answer's keys in their order, whichever value comes first. */
  readonly #empty: Readonly<Holder>;

  /** @throws if a response key is one that objects treat as special, or arguments do not fit. */
  constructor(
    planned: PlannedOperation,
    type: GraphQLObjectType,
    selectionSets: readonly SelectionSetNode[],
  ) {
    const collected = collectFields(planned, type, selectionSets);
    if (collected.has('__proto__')) throw new Error('__proto__ is no key of a plain object');
    this.#fields = [...collected].map(([key, nodes]) => new PlannedField(planned, type, key, nodes));
    this.#empty = Object.fromEntries(this.#fields.map(({ key }) => [key, null]));
  }

  /** Reads what is asked of an object; values that are not there yet follow. */
  read(run: Run, source: unknown): Holder {
    const answer = { ...this.#empty };
    for (const field of this.#fields) {
      run.complete(field.valueOf(run, source), field.complete, answer, field.key);
    }
    return answer;
  }
}

/** One field of a selection. */
export class PlannedField implements CompletedField {
  readonly key: string;
  readonly info: FieldInfo;
  readonly complete: Complete;
  readonly #field: GraphQLField<unknown, unknown>;
  readonly #resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly #node: FieldNode;
  readonly #planned: PlannedOperation;
  readonly #selectionSets: readonly SelectionSetNode[];
  /** Null if they depend on variables. */
  readonly #args: Readonly<Record<string, unknown>> | null;
  readonly #seesVariables: boolean;
  /** Whether more than the object decides about the value. */
  readonly #looksBeyond: boolean;

  constructor(planned: PlannedOperation, type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]) {
    const [node] = nodes;
    if (!node) throw new Error('a field without a node');
    this.key = key;
    this.#node = node;
    this.#field = fieldOf(type, node.name.value);
    this.#resolve = this.#field.resolve;
    this.#args = node.arguments?.some(holdsVariable) ? null : getArgumentValues(this.#field, node);
    this.#seesVariables = (planned.operation.variableDefinitions ?? []).length > 0;
    this.#looksBeyond = this.#field !== TypeNameMetaFieldDef && !isPure(this.#field);
    this.info = new FieldInfo(planned, type, this.#field, nodes);
    this.#selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    this.#planned = planned;
    this.complete = completion(this.#field.type, this);
  }

  readerFor(typeName: string, of: GraphQLObjectType | GraphQLAbstractType): Selection {
    const { schema } = this.#planned;
    const objectType = schema.getType(typeName);
    const fits =
      objectType === of ||
      (isObjectType(objectType) && isAbstractType(of) && schema.isSubType(of, objectType));
    if (!isObjectType(objectType) || !fits) throw new Error(`${typeName} is no ${of.name}`);
    return new Selection(this.#planned, objectType, this.#selectionSets);
  }

  /** Resolves the field as graphql-js does: by its resolver, else from the property of its name. */
  valueOf(run: Run, source: unknown): unknown {
    if (this.#looksBeyond) run.looksBeyond();
    if (this.#resolve) {
      return this.#resolve(source, this.#argsIn(run), run.context, this.infoIn(run));
    }
    const value = (source as Holder | undefined)?.[this.#field.name];
    if (typeof value !== 'function') return value;
    run.looksBeyond();
    return value.call(source, this.#argsIn(run), run.context, this.infoIn(run));
  }

  /** @throws {GraphQLError} for a variable that does not fit. */
  readArgs(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return getArgumentValues(this.#field, this.#node, variables);
  }

  #argsIn(run: Run): Readonly<Record<string, unknown>> {
    return this.#args ?? run.argsOf(this);
  }

  infoIn(run: Run): GraphQLResolveInfo {
    return this.#seesVariables ? run.infoOf(this) : this.info;
  }
}

/** What a resolver is told about its field. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly fieldName: GraphQLResolveInfo['fieldName'];
  readonly fieldNodes: GraphQLResolveInfo['fieldNodes'];
  readonly returnType: GraphQLResolveInfo['returnType'];
  readonly parentType: GraphQLResolveInfo['parentType'];
  readonly schema: GraphQLResolveInfo['schema'];
  readonly fragments: GraphQLResolveInfo['fragments'];
  readonly rootValue: undefined;
  readonly operation: GraphQLResolveInfo['operation'];
  readonly variableValues: GraphQLResolveInfo['variableValues'];
  readonly #parts: ConstructorParameters<typeof FieldInfo>;

  constructor(
    planned: PlannedOperation,
    parentType: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    fieldNodes: readonly FieldNode[],
    variableValues: Readonly<Record<string, unknown>> = {},
  ) {
    this.fieldName = field.name;
    this.fieldNodes = fieldNodes;
    this.returnType = field.type;
    this.parentType = parentType;
    this.schema = planned.schema;
    this.fragments = planned.fragments;
    this.operation = planned.operation;
    this.variableValues = variableValues;
    this.#parts = [planned, parentType, field, fieldNodes];
  }

  /** Only errors need it, and those are graphql-js's. */
  get path(): never {
    throw new Error('A plan keeps no paths.');
  }

  withVariables(variables: Readonly<Record<string, unknown>>): FieldInfo {
    const [planned, parentType, field, fieldNodes] = this.#parts;
    return new FieldInfo(planned, parentType, field, fieldNodes, variables);
  }
}

function fieldOf(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
  const field = META_FIELDS.find((meta) => meta.name === name) ?? type.getFields()[name];
  if (!field) throw new Error(`${type.name} has no field ${name}`);
  return field;
}

const META_FIELDS = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];

function holdsVariable(argument: Parameters<typeof visit>[0]): boolean {
  let found = false;
  visit(argument, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
