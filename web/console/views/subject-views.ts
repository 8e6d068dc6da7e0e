import { ask } from '../ask.ts';
import { GROUP, OWN, ROLE, USER } from '../operations.ts';
import { nodeOf, subjectNode, targetNode } from '../picture/nodes.ts';
import { Picture, type PictureNode } from '../picture/picture.ts';
import { addressOf, type SubjectKind } from '../place.ts';
import { permissionAnswers } from './permissions.ts';
import { type Link, restOf, type View } from './view.ts';

/** Members or holders that are drawn; the others are one thing. All are in the list. */
const DRAWN = 8;
const GIVES = 'What it gives';

/** Shows a user: groups, roles, and what they give. Null when there is none. */
export async function userView(id: string, signal: AbortSignal): Promise<View | null> {
  const { user } = await ask(USER, { id }, signal);
  if (!user?.effectivePermissions) return null;
  const { groups, roles, effectivePermissions } = user;
  const picture = new Picture();
  const self = nodeOf('user', user.id);
  picture.addNode(self);
  for (const group of groups ?? []) join(picture, self, nodeOf('group', group.id), 'is in');
  for (const role of roles ?? []) join(picture, self, nodeOf('role', role.id), 'holds');
  return {
    title: user.displayName ?? user.id,
    lead: `User ${user.id}`,
    picture,
    neighbours: [
      { label: 'Is in', links: links('group', groups) },
      { label: 'Holds', links: links('role', roles) },
    ],
    answersTitle: 'What the user may do, and why',
    answers: permissionAnswers(picture, effectivePermissions),
    notes: notesOf(effectivePermissions),
    user: user.id,
  };
}

/**
 * Shows whoever the token stands for, who may not read users: groups, roles, and what was granted to it itself.
 *
 * @returns null where that is somebody else.
 */
export async function ownView(id: string, signal: AbortSignal): Promise<View | null> {
  const { viewer } = await ask(OWN, {}, signal);
  if (viewer?.id !== id) return null;
  const picture = new Picture();
  const self = nodeOf('user', id);
  picture.addNode(self);
  for (const group of viewer.groups ?? []) join(picture, self, nodeOf('group', group.id), 'is in');
  for (const role of viewer.roles ?? []) join(picture, self, nodeOf('role', role.id), 'holds');
  for (const { target, access } of viewer.grants ?? []) {
    join(picture, self, targetNode(target), access.join(', '));
  }
  return {
    title: viewer.displayName ?? id,
    lead: `User ${id}`,
    picture,
    neighbours: [
      { label: 'Is in', links: links('group', viewer.groups) },
      { label: 'Holds', links: links('role', viewer.roles) },
    ],
    answersTitle: 'What was granted to you yourself',
    answers: (viewer.grants ?? []).map(({ target, access }) => ({
      text: `${access.join(', ')} on ${target.rawType} ${targetNode(target).name}`,
      link: null,
      ways: [],
    })),
    notes: [
      'What your groups and roles give is missing here: to see it takes the role ADMIN, or the permissions READ_USER and READ_GROUP.',
    ],
    user: null,
  };
}

/** Shows a group: members, roles, and what it gives. Null when there is none. */
export async function groupView(id: string, signal: AbortSignal): Promise<View | null> {
  const { group } = await ask(GROUP, { id }, signal);
  if (!group?.effectivePermissions) return null;
  const picture = new Picture();
  const self = nodeOf('group', group.id);
  picture.addNode(self);
  const members = group.members?.nodes ?? [];
  addMany(
    picture,
    members.map(({ id }) => nodeOf('user', id)),
    self,
    group.members?.totalCount ?? 0,
    'is in',
  );
  for (const role of group.roles ?? []) join(picture, self, nodeOf('role', role.id), 'holds');
  return {
    title: group.id,
    lead: `Group: ${group.displayName ?? ''}`,
    picture,
    neighbours: [
      { label: 'Members', links: named('user', members) },
      { label: 'Holds', links: links('role', group.roles) },
    ],
    answersTitle: GIVES,
    answers: permissionAnswers(picture, group.effectivePermissions),
    notes: [
      ...restOf('members', members.length, group.members?.totalCount ?? 0),
      ...notesOf(group.effectivePermissions),
    ],
    user: null,
  };
}

/** Shows a role: holders, and what it gives. Null when there is none. */
export async function roleView(id: string, signal: AbortSignal): Promise<View | null> {
  const { role } = await ask(ROLE, { id }, signal);
  if (!role?.effectivePermissions) return null;
  const picture = new Picture();
  const self = nodeOf('role', role.id);
  picture.addNode(self);
  const holders = role.holders?.nodes ?? [];
  addMany(picture, holders.map(subjectNode), self, role.holders?.totalCount ?? 0, 'holds');
  return {
    title: role.id,
    lead: `Role${role.description ? `: ${role.description}` : ''}`,
    picture,
    neighbours: [
      {
        label: 'Held by',
        links: holders.map((holder) => ({
          text: (holder.__typename === 'User' && holder.displayName) || holder.id,
          href: subjectNode(holder).href ?? '#',
        })),
      },
    ],
    answersTitle: GIVES,
    answers: permissionAnswers(picture, role.effectivePermissions),
    notes: [
      ...restOf('holders', holders.length, role.holders?.totalCount ?? 0),
      ...notesOf(role.effectivePermissions),
    ],
    user: null,
  };
}

function addMany(
  picture: Picture,
  nodes: readonly PictureNode[],
  to: PictureNode,
  total: number,
  label: string,
): void {
  for (const node of nodes.slice(0, DRAWN)) join(picture, node, to, label);
  const others = total - DRAWN;
  if (others <= 0) return;
  const more = { id: 'more', kind: 'more', type: 'and', name: `${others} more`, href: null } as const;
  join(picture, more, to, label);
}

function join(picture: Picture, from: PictureNode, to: PictureNode, label: string): void {
  const summary = `${from.type} ${from.name} ${label} ${to.type} ${to.name}`;
  picture.addEdge(picture.addNode(from), picture.addNode(to), label, summary);
}

function links(kind: SubjectKind, subjects: readonly { readonly id: string }[] | null): Link[] {
  return (subjects ?? []).map(({ id }) => ({ text: id, href: addressOf({ kind, id }) }));
}

function named(
  kind: SubjectKind,
  subjects: readonly { readonly id: string; readonly displayName: string | null }[],
): Link[] {
  return subjects.map(({ id, displayName }) => ({ text: displayName ?? id, href: addressOf({ kind, id }) }));
}

function notesOf({
  totalCount,
  nodes,
  warnings,
}: {
  readonly totalCount: number;
  readonly nodes: readonly unknown[];
  readonly warnings: readonly { readonly message: string }[];
}): string[] {
  return [...restOf('accesses', nodes.length, totalCount), ...warnings.map(({ message }) => message)];
}
