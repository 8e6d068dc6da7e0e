import type { PathFragment } from '../generated/operations.ts';
import { nodeOf, subjectNode, targetNode } from './nodes.ts';
import type { Picture, PictureNode } from './picture.ts';

type Step = PathFragment['steps'][number];

/** Where the last links of paths lead to: the same for all, or by the role or group that gives something wide. */
export type Destination = (giver: PictureNode) => PictureNode;

/**
 * Adds a path to a picture.
 *
 * @param missing the link, in words, that is not there and would complete it.
 * @returns the ids of its edges.
 */
export function addPath(
  picture: Picture,
  { steps, access }: Pick<PathFragment, 'steps' | 'access'>,
  destination: Destination,
  missing?: string,
): string[] {
  return steps.map((step) => {
    const { from, to, label } = link(step, access.join(', '), destination);
    const isMissing = step.summary === missing;
    return picture.addEdge(picture.addNode(from), picture.addNode(to), label, step.summary, isMissing);
  });
}

function link(step: Step, access: string, destination: Destination): Link {
  switch (step.__typename) {
    case 'MembershipStep':
      return { from: nodeOf('user', step.user.id), to: nodeOf('group', step.group.id), label: 'is in' };
    case 'RoleStep':
      return { from: subjectNode(step.holder), to: nodeOf('role', step.role.id), label: 'holds' };
    case 'GrantStep': {
      const { subject, target, access: granted } = step.grant;
      return { from: subjectNode(subject), to: targetNode(target), label: granted.join(', ') };
    }
    case 'TagStep': {
      const tag = { rawType: 'TAG', rawId: `${step.tag.key}:${step.tag.value}`, entity: null };
      return { from: targetNode(tag), to: targetNode(step.target), label: 'is on' };
    }
    case 'OwnershipStep':
      return { from: nodeOf('user', step.user.id), to: targetNode(step.target), label: 'created' };
    case 'DefaultAccessStep':
      return wide(nodeOf('group', step.group.id), access, destination);
    case 'PermissionStep':
    case 'AdministrationStep':
      return wide(nodeOf('role', step.role.id), access, destination);
  }
}

interface Link {
  readonly from: PictureNode;
  readonly to: PictureNode;
  readonly label: string;
}

function wide(from: PictureNode, label: string, destination: Destination): Link {
  return { from, to: destination(from), label };
}
