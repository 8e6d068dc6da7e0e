import { keyOf } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { type Link, linkKey, type Path } from '../facts/link.ts';
import type { Explanation } from './explain.ts';

/** One arrow of a picture. */
interface Arrow {
  readonly from: SubjectKey | TargetKey;
  readonly to: SubjectKey | TargetKey;
  readonly label: string;
}

/**
 * Draws an explanation as a Mermaid flowchart: from the user, along every path, to the target. Of an access that the
 * user does not have, the nearest missing links are dashed.
 */
export function mermaidOf({ userId, target, reaches, nearest }: Explanation): string {
  const nodes = new Map<string, string>();
  const lines = new Map<string, string>();
  const node = (key: SubjectKey | TargetKey) => {
    const name = nodes.get(keyOf(key)) ?? `n${nodes.size}`;
    nodes.set(keyOf(key), name);
    return name;
  };
  node({ type: 'USER', id: userId });
  const draw = (path: Path, missing: Link | null) => {
    for (const link of path) {
      const { from, to, label } = arrowOf(link, target);
      const arrow = link === missing ? `-. ${quoted(label)} .->` : `-- ${quoted(label)} -->`;
      lines.set(linkKey(link), `  ${node(from)} ${arrow} ${node(to)}`);
    }
  };
  for (const { path } of reaches) draw(path, null);
  for (const { path, missing } of nearest) draw(path, missing);
  node(target);
  const boxes = [...nodes].map(([key, name]) => `  ${name}${boxOf(key)}`);
  return ['flowchart LR', ...boxes, ...lines.values()].join('\n');
}

function arrowOf(link: Link, target: TargetKey): Arrow {
  switch (link.kind) {
    case 'MEMBERSHIP':
      return { from: user(link.userId), to: { type: 'GROUP', id: link.groupId }, label: 'is in' };
    case 'ROLE':
      return { from: link.holder, to: role(link.roleId), label: 'holds' };
    case 'GRANT':
      return { from: link.grant.subject, to: link.grant.target, label: link.grant.access.join(', ') };
    case 'TAG':
      return { from: { type: 'TAG', id: link.tag }, to: link.target, label: 'is on' };
    case 'PERMISSION':
      return { from: role(link.roleId), to: target, label: link.permission };
    case 'ADMINISTRATION':
      return { from: role(link.roleId), to: target, label: 'may do everything' };
    case 'OWNERSHIP':
      return { from: user(link.userId), to: link.target, label: 'created' };
    case 'DEFAULT_ACCESS':
      return { from: { type: 'GROUP', id: link.groupId }, to: target, label: 'default access' };
  }
}

function user(id: string): SubjectKey {
  return { type: 'USER', id };
}

function role(id: string): SubjectKey {
  return { type: 'ROLE', id };
}

/** People are round, groups and roles have double and slanted sides, and all else is a box. */
function boxOf(key: string): string {
  const [type = ''] = key.split(':', 1);
  const label = quoted(`${type} ${key.slice(type.length + 1)}`);
  if (type === 'USER') return `([${label}])`;
  if (type === 'GROUP') return `[[${label}]]`;
  return type === 'ROLE' ? `[/${label}/]` : `[${label}]`;
}

/** Mermaid takes characters of its own syntax as what they are only as entities. */
function quoted(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ._@:,/-]/gu, (character) => `#${character.codePointAt(0)};`)}"`;
}
