import { inWords } from '../../../access/answers/in-words.ts';
import type { Link } from '../../../access/facts/link.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { subjectRef } from '../grants/subject.ts';
import { tagOf } from '../grants/tag.ts';
import { enumValueOrNull, enumValues } from '../kit/enum-value.ts';
import { groupRef, roleRef, targetRef, userRef } from '../references.ts';
import { endOf, windowOf } from './time-boxes.ts';

const TYPES = {
  MEMBERSHIP: 'MembershipStep',
  ROLE: 'RoleStep',
  GRANT: 'GrantStep',
  TAG: 'TagStep',
  PERMISSION: 'PermissionStep',
  ADMINISTRATION: 'AdministrationStep',
  OWNERSHIP: 'OwnershipStep',
  DEFAULT_ACCESS: 'DefaultAccessStep',
} as const satisfies Record<Link['kind'], string>;

/** Paths and their steps, each with its links into the graph. */
export const stepResolvers: Resolvers = {
  AccessPath: {
    access: ({ access }, _args, _context, info) => enumValues(access, info),
    steps: ({ path }) => path,
    endsAt: ({ path }, _args, context) => endOf(path, context),
  },
  AccessStep: { __resolveType: ({ kind }) => TYPES[kind], summary: (link) => inWords(link) },
  MembershipStep: {
    user: ({ userId }) => userRef(userId),
    group: ({ groupId }) => groupRef(groupId),
  },
  RoleStep: {
    holder: ({ holder }) => subjectRef(holder),
    role: ({ roleId }) => roleRef(roleId),
    window: (link, _args, context) => windowOf(link, context),
  },
  GrantStep: { grant: ({ grant }) => ({ ...grant, viaTag: null }) },
  TagStep: {
    tag: ({ tag, key }) => tagOf(tag, key),
    target: ({ target }) => targetRef(target.type, target.id),
  },
  PermissionStep: { role: ({ roleId }) => roleRef(roleId) },
  AdministrationStep: { role: ({ roleId }) => roleRef(roleId) },
  OwnershipStep: {
    user: ({ userId }) => userRef(userId),
    target: ({ target }) => targetRef(target.type, target.id),
  },
  DefaultAccessStep: {
    group: ({ groupId }) => groupRef(groupId),
    targetType: ({ targetType }, _args, _context, info) => enumValueOrNull(targetType, info),
  },
};
