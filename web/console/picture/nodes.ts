import type { TargetNameFragment } from '../generated/operations.ts';
import { addressOf, type SubjectKind, targetOf } from '../place.ts';
import type { PictureNode } from './picture.ts';

const KINDS: Readonly<Record<string, SubjectKind>> = { User: 'user', Group: 'group', Role: 'role' };

/** A user, group or role, by the name that the schema has for its type. */
export function subjectNode({
  __typename,
  id,
}: {
  readonly __typename: string;
  readonly id: string;
}): PictureNode {
  return nodeOf(KINDS[__typename] ?? 'user', id);
}

/** A user, group or role. */
export function nodeOf(kind: SubjectKind, id: string): PictureNode {
  return { id: `${kind} ${id}`, kind, type: kind, name: id, href: addressOf({ kind, id }) };
}

/** What access is to, or a tag that access is to. */
export function targetNode({ rawType, rawId: id, entity }: TargetNameFragment): PictureNode {
  const name = (entity && 'name' in entity && entity.name) || id;
  const target = targetOf(rawType, id);
  return {
    id: `${rawType} ${id}`,
    kind: rawType === 'TAG' ? 'tag' : 'target',
    type: rawType,
    name,
    href: target && addressOf({ kind: 'target', target, access: 'READ' }),
  };
}

/** Many targets at once; a role or group gives the same access to all of `types`. */
export function wideNode(giver: string, type: string, types: readonly string[]): PictureNode {
  const [first = '', second, ...others] = types;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const name = second === undefined ? first : `${first}, ${second}${more}`;
  return { id: `${giver} ${type} ${types.join()}`, kind: 'wide', type, name, href: null };
}
