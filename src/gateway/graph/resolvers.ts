import { answerResolvers } from './access/answer-resolvers.ts';
import { accessResolvers } from './access/resolvers.ts';
import { stepResolvers } from './access/step-resolvers.ts';
import { linkResolvers } from './access-requests/link-resolvers.ts';
import { accessRequestResolvers } from './access-requests/resolvers.ts';
import { accessKeyResolvers } from './applications/access-key-resolvers.ts';
import { applicationResolvers } from './applications/resolvers.ts';
import { plannedChangeResolvers } from './bulk-changes/planned-change.ts';
import { accessChangeResolvers } from './bulk-changes/resolvers.ts';
import { gatewayAuthResolvers } from './gateway-auth/resolvers.ts';
import type { Resolvers } from './generated/graphql.ts';
import { grantResolvers } from './grants/resolvers.ts';
import { groupResolvers } from './groups/resolvers.ts';
import { nodeResolvers } from './node.ts';
import { roleWorkflowResolvers } from './role-workflows/resolvers.ts';
import { snapshotResolvers } from './role-workflows/snapshot-resolvers.ts';
import { roleResolvers } from './roles/resolvers.ts';
import { tokenResolvers } from './tokens/resolvers.ts';
import { userResolvers } from './users/resolvers.ts';

/** The resolvers of every domain. This list and `loaders.ts` are the only places that know them all. */
export const resolvers: readonly Resolvers[] = [
  nodeResolvers,
  accessResolvers,
  answerResolvers,
  stepResolvers,
  userResolvers,
  groupResolvers,
  roleResolvers,
  applicationResolvers,
  accessKeyResolvers,
  grantResolvers,
  tokenResolvers,
  gatewayAuthResolvers,
  roleWorkflowResolvers,
  accessRequestResolvers,
  snapshotResolvers,
  linkResolvers,
  plannedChangeResolvers,
  accessChangeResolvers,
];
