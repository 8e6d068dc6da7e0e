import { type ConstDirectiveNode, type DefinitionNode, Kind, parse, print } from 'graphql';
import { readFederationSdl, readSdl } from '../graph/sdl.ts';

/**
 * Writes the contract as a subgraph publishes it: the graph, and the keys by which other subgraphs link to it. The keys
 * are put into the definitions of the types, for `extend` says to a composition that a type is another subgraph's.
 */
export function publishedSdl(): string {
  const entities = parse(readFederationSdl('entities')).definitions;
  const directives = new Map(entities.flatMap(directivesOfExtension));
  const definitions = parse(readSdl()).definitions.map((definition) =>
    withDirectives(definition, directives),
  );
  const rest = entities.filter(({ kind }) => kind !== Kind.OBJECT_TYPE_EXTENSION);
  return `${print({ kind: Kind.DOCUMENT, definitions: [...rest, ...definitions] })}\n`;
}

type Directives = readonly ConstDirectiveNode[];

function directivesOfExtension(definition: DefinitionNode): [name: string, added: Directives][] {
  if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
  return [[definition.name.value, definition.directives ?? []]];
}

function withDirectives(definition: DefinitionNode, added: ReadonlyMap<string, Directives>): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
  const { directives = [], name } = definition;
  return { ...definition, directives: [...directives, ...(added.get(name.value) ?? [])] };
}
