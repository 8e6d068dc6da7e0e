import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Fields as `Type.field`. */
export interface FieldsBelow {
  /** Those selected on the field's own type. */
  readonly direct: ReadonlySet<string>;
  /** Those, and all below them. */
  readonly all: ReadonlySet<string>;
}

/** By the node of the field. Documents are parsed once, so this is found once for each field of each document. */
const known = new WeakMap<FieldNode, FieldsBelow>();

/**
 * Finds the fields that are selected below a field for certain: what a directive may take out is left out. Each
 * fragment is visited once, so that the time it takes is bounded by the document.
 */
export function fieldsBelow(info: GraphQLResolveInfo): FieldsBelow {
  const [node] = info.fieldNodes;
  if (!node) return { direct: new Set(), all: new Set() };
  const fields = known.get(node) ?? findFieldsBelow(node, info);
  known.set(node, fields);
  return fields;
}

function findFieldsBelow({ selectionSet }: FieldNode, info: GraphQLResolveInfo): FieldsBelow {
  const { fragments, schema, returnType } = info;
  const direct = new Set<string>();
  const all = new Set<string>();
  const visited = new Set<string>();

  function visit(selections: SelectionSetNode | undefined, type: GraphQLNamedType, isDirect: boolean): void {
    for (const selection of selections?.selections ?? []) {
      if (selection.directives?.length) continue;
      if (selection.kind === Kind.FIELD) {
        const field = `${type.name}.${selection.name.value}`;
        all.add(field);
        if (isDirect) direct.add(field);
        const definition =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (definition) visit(selection.selectionSet, getNamedType(definition.type), false);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      const condition = fragment?.typeCondition;
      const name = selection.kind === Kind.FRAGMENT_SPREAD ? `${isDirect} ${selection.name.value}` : '';
      if (!fragment || visited.has(name)) continue;
      if (name) visited.add(name);
      visit(fragment.selectionSet, (condition && schema.getType(condition.name.value)) || type, isDirect);
    }
  }

  visit(selectionSet, getNamedType(returnType), true);
  return { direct, all };
}
