import { Document, isScalar, visit } from 'yaml';
import type { AccessDescription } from './description.ts';

/** Writes a description as YAML. What is empty is written too, since pruning goes by it; plain lists stand in one line. */
export function writeDescription({ grants, ...sections }: AccessDescription): string {
  const document = new Document({
    ...sections,
    grants: grants?.map(({ to, on, access }) => ({
      to: `${to.type.toLowerCase()}:${to.id}`,
      on: `${on.type}:${on.id}`,
      access,
    })),
  });
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
