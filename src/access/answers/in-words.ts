import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import type { Link } from '../facts/link.ts';

/** Says a link in words, such as `user ann@example.com is in group ops`. */
export function inWords(link: Link): string {
  switch (link.kind) {
    case 'MEMBERSHIP':
      return `user ${link.userId} is in group ${link.groupId}`;
    case 'ROLE':
      return `${subject(link.holder)} holds role ${link.roleId}`;
    case 'GRANT': {
      const { grant } = link;
      return `${subject(grant.subject)} was granted ${grant.access.join(', ')} on ${target(grant.target)}`;
    }
    case 'TAG':
      return `${target(link.target)} bears the tag ${link.tag}`;
    case 'PERMISSION':
      return `role ${link.roleId} has the permission ${link.permission}`;
    case 'ADMINISTRATION':
      return `role ${link.roleId} may do everything`;
    case 'OWNERSHIP':
      return `user ${link.userId} created ${target(link.target)}`;
    case 'DEFAULT_ACCESS':
      return `group ${link.groupId} gets access to each ${link.targetType} that a member creates`;
  }
}

function subject({ type, id }: SubjectKey): string {
  return `${type.toLowerCase()} ${id}`;
}

function target({ type, id }: TargetKey): string {
  return `${type} ${id}`;
}
