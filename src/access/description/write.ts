import { Document, isScalar, Scalar, visit } from 'yaml';
import type { AccessDescription, GrantDescription } from './description.ts';

/** Writes a description as YAML. What is empty is written too, since pruning goes by it; plain lists stand in one line. */
export function writeDescription({ grants, applications, ...sections }: AccessDescription): string {
  const document = new Document({
    ...sections,
    applications:
      applications &&
      new Map(
        [...applications].map(([key, { tags, ...members }]) => [key, { ...members, tags: tagsIn(tags) }]),
      ),
    grants: grants?.map(({ to, on, access }) => ({
      to: `${to.type.toLowerCase()}:${to.id}`,
      on: targetIn(on),
      access,
    })),
  });
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar);
    },
    Scalar(_, scalar) {
      // Halves of characters, which UTF-8 cannot hold, are escaped within quotes.
      if (typeof scalar.value === 'string' && !scalar.value.isWellFormed()) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function tagsIn(tags: ReadonlyMap<string, readonly string[]> | undefined) {
  return tags && new Map([...tags].map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
}

/** A text, unless the type has a colon itself, or the id of an application could be taken for a name. */
function targetIn({ type, id, isExact }: GrantDescription['on']) {
  return isExact || type.includes(':') ? { type, id } : `${type}:${id}`;
}
