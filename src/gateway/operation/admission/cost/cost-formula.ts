import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { LARGEST_PAGE } from '../../../graph/kit/connection.ts';
import { argumentWeight, fieldCost } from './field-cost.ts';
import { type Formula, FormulaWriter, type Term, type Variables } from './formula.ts';

/** What a selection set costs: once for its object, and again for each item of the page that the object is. */
interface Cost {
  readonly once: Term;
  readonly perItem: Term;
}

/** Characters of a text that count as one. */
const CHARACTERS_PER_UNIT = 256;

const META_FIELDS = [SchemaMetaFieldDef, TypeMetaFieldDef];

/**
 * Works out what executing an operation will cost in points, before anything is read. A point stands for one object of
 * the answer, at the length that pages are asked for and that lists are assumed to have; what a REST call of its own
 * takes is given by `@cost` in the schema. Fragments count as often as they are used, and what `@skip` and `@include`
 * leave out does not. It is an upper bound where types exclude one another.
 *
 * Takes time in proportion to the document, and the formula too, of which only what depends on variables is left.
 *
 * @param document a valid one.
 */
export function costFormula(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Formula {
  const writer = new FormulaWriter();
  const fragments = new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && valueFromASTUntyped(defaultValue),
    ]),
  );
  const costs = new Map<string, Cost>();

  function costOfFragment(name: string): Cost {
    const known = costs.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = fragment && type ? costOfSelections(fragment.selectionSet, type) : { once: 0, perItem: 0 };
    costs.set(name, cost);
    return cost;
  }

  function costOfSelections({ selections }: SelectionSetNode, type: GraphQLNamedType): Cost {
    const once: Term[] = [];
    const perItem: Term[] = [];
    for (const selection of selections) {
      let cost: Cost;
      if (selection.kind === Kind.FIELD) cost = costOfField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost = costOfFragment(selection.name.value);
      else {
        const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
        cost = costOfSelections(selection.selectionSet, condition ?? type);
      }
      const share = shareOf(selection.directives);
      once.push(writer.product(share, cost.once));
      perItem.push(writer.product(share, cost.perItem));
    }
    return { once: writer.sum(once), perItem: writer.sum(perItem) };
  }

  function costOfField(node: FieldNode, parent: GraphQLNamedType): Cost {
    const field = definitionOf(node, parent);
    if (!field) return { once: 0, perItem: 0 };
    const { weight: ownWeight, objects, sizedBy, isPaged } = fieldCost(schema, parent, field);
    const weight = writer.sum([ownWeight, ...field.args.map((argument) => weightOf(node, argument))]);
    const below = node.selectionSet
      ? costOfSelections(node.selectionSet, getNamedType(field.type))
      : { once: 0, perItem: 0 };
    const page = isPaged ? pageOf(node, field) : 0;
    const each = writer.sum([1, below.once, writer.product(page, below.perItem)]);
    if (objects === null) return { once: weight, perItem: each };
    const count = sizedBy === null ? objects : lengthOf(node, sizedBy);
    return { once: writer.sum([weight, writer.product(count, each)]), perItem: 0 };
  }

  function weightOf({ arguments: given }: FieldNode, argument: GraphQLArgument): Term {
    const weight = argumentWeight(argument);
    const written = given?.find(({ name }) => name.value === argument.name)?.value;
    return weight === 0 ? 0 : writer.product(weight, readValue(written, sizeOf));
  }

  function lengthOf({ arguments: given }: FieldNode, argument: string): Term {
    const written = given?.find(({ name }) => name.value === argument)?.value;
    return readValue(written, (value) => (Array.isArray(value) ? value.length : 1));
  }

  /** How many items a page is asked to have. More than it can have is refused by its resolver. */
  function pageOf(node: FieldNode, field: GraphQLField<unknown, unknown>): Term {
    const usual = Number(field.args.find(({ name }) => name === 'first')?.defaultValue ?? 0);
    const written = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    return readValue(written, (value) =>
      typeof value === 'number' ? Math.min(Math.max(value, 0), LARGEST_PAGE) : usual,
    );
  }

  /** 1 for what is selected, 0 for what directives leave out. */
  function shareOf(directives: readonly DirectiveNode[] = []): Term {
    let share: Term = 1;
    for (const { name, arguments: given } of directives) {
      const condition = given?.find((argument) => argument.name.value === 'if')?.value;
      const isSelected = (value: unknown) => (name.value === 'skip') !== (value === true);
      share = writer.product(
        share,
        readValue(condition, (value) => Number(isSelected(value))),
      );
    }
    return share;
  }

  function readValue(node: ValueNode | undefined, toNumber: (value: unknown) => number): Term {
    if (node?.kind !== Kind.VARIABLE) return toNumber(node && valueFromASTUntyped(node));
    const name = node.name.value;
    const usual = defaults.get(name);
    return writer.read((variables: Variables) =>
      toNumber(Object.hasOwn(variables, name) ? variables[name] : usual),
    );
  }

  function definitionOf(node: FieldNode, parent: GraphQLNamedType) {
    const name = node.name.value;
    const meta = META_FIELDS.find((field) => field.name === name);
    if (meta) return meta;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  }

  const root = schema.getRootType(operation.operation);
  return writer.formula(root ? costOfSelections(operation.selectionSet, root).once : 0);
}

/** How often the weight of an argument counts: for each item, for each part of a text, else once; not where it is absent. */
function sizeOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' ? Math.max(1, Math.ceil(value.length / CHARACTERS_PER_UNIT)) : 1;
}
