import type { CodegenConfig } from '@graphql-codegen/cli';
import { type DocumentNode, Kind, visit } from 'graphql';

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'web/console/generated/operations.ts': {
      documents: 'web/console/operations/*.graphql',
      plugins: ['typescript-operations'],
      config: {
        useTypeImports: true,
        enumType: 'string-literal',
        immutableTypes: true,
        scalars: { DateTime: 'string', ID: 'string' },
      },
    },
    'src/gateway/graph/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../../operation/context.ts#OperationContext',
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        avoidOptionals: { defaultValue: true },
        addInterfaceFieldResolverTypes: true,
        scalars: { DateTime: { input: 'Date', output: 'Date' }, ID: { input: 'string', output: 'string' } },
        importExtension: '.ts',
        mappers: {
          EffectivePermission:
            '../../../access/answers/effective-permissions.ts#EffectivePermission as EffectivePermissionAnswer',
          EffectivePermissionConnection: '../access/permission-list.ts#PermissionList',
          PendingAccess: '../access/pending-access.ts#PendingAccess as PendingAccessAnswer',
          AccessPath: '../../../access/facts/access-path.ts#Reach',
          AccessStep: '../../../access/facts/link.ts#Link',
          MembershipStep: '../../../access/facts/link.ts#MembershipLink',
          RoleStep: '../../../access/facts/link.ts#RoleLink',
          GrantStep: '../../../access/facts/link.ts#GrantLink',
          TagStep: '../../../access/facts/link.ts#TagLink',
          PermissionStep: '../../../access/facts/link.ts#PermissionLink',
          AdministrationStep: '../../../access/facts/link.ts#AdministrationLink',
          OwnershipStep: '../../../access/facts/link.ts#OwnershipLink',
          DefaultAccessStep: '../../../access/facts/link.ts#DefaultAccessLink',
          MissingLink: '../../../access/answers/explain.ts#NearMiss',
          AccessHolder: '../../../access/answers/who-can.ts#Holder',
          AccessHolders: '../access/holders.ts#Holders',
          AccessHolderConnection: '../kit/connection.ts#Connection<Holder>',
          AccessExplanation: '../access/explanation.ts#GatheredExplanation',
          AccessComparison: '../access/comparison.ts#GatheredComparison',
          WhatIf: '../access/what-if.ts#GatheredWhatIf',
          AccessDifference: '../../../access/answers/what-if.ts#UserDifference',
          AccessDifferenceConnection: '../kit/connection.ts#Connection<UserDifference>',
          AccessReview: '../access/review.ts#GatheredReview',
          AccessFinding: '../../../access/review/finding.ts#Finding',
          AccessFindingConnection: '../kit/connection.ts#Connection<Finding>',
          AccessCheck: '../access/explanation.ts#Question',
          Subject: '../references.ts#SubjectRef',
          User: '../references.ts#UserRef',
          Group: '../references.ts#GroupRef',
          Role: '../references.ts#RoleRef',
          Application: '../references.ts#ApplicationRef',
          GatewayAuthConfig: '../references.ts#GatewayAuthConfigRef',
          RoleWorkflow: '../references.ts#RoleWorkflowRef',
          AccessRequest: '../references.ts#AccessRequestRef',
          AccessKey: '../applications/access-keys.ts#AccessKeyRecord',
          AccessPlan: '../../../access/description/difference.ts#Difference',
          RotateAccessKeyPayload: '../applications/rotation.ts#RotationPayload',
          DefaultAccess: '../groups/rest.ts#DefaultAccessRecord',
          Grant: '../grants/rest.ts#GrantRecord',
          Target: '../references.ts#TargetRef',
          WorkflowStep: '../role-workflows/rest.ts#WorkflowStepRecord',
          RoleSnapshot: '../../upstream/reading/snapshots.ts#RoleSnapshotRecord',
          UserSnapshot: '../../upstream/reading/snapshots.ts#UserSnapshotRecord',
          GrantWindow: '../access-requests/wire.ts#GrantWindowRecord',
          ApprovalStep: '../access-requests/wire.ts#ApprovalStepRecord',
          TimeBoxedRole: '../access-requests/role-holders.ts#TimeBoxedRoleRecord',
          Approval: '../access-requests/wire.ts#ApprovalRecord',
          PlannedAccessChange: '../../../access/planning/change.ts#PlannedChange',
          AccessChangeResult: '../bulk-changes/applied-changes.ts#AppliedChange',
          AccessChange: '../../changes/journal/change.ts#JournaledChange',
          ChangedRecord: '../../changes/journal/records.ts#ChangedRef',
          Membership: '../../changes/journal/records.ts#MembershipRecord',
          UserConnection: '../kit/connection.ts#Connection<UserRef>',
          GroupConnection: '../kit/connection.ts#Connection<GroupRef>',
          RoleConnection: '../kit/connection.ts#Connection<RoleRef>',
          ApplicationConnection: '../kit/connection.ts#Connection<ApplicationRef>',
          RoleWorkflowConnection: '../kit/connection.ts#Connection<RoleWorkflowRef>',
          AccessRequestConnection: '../kit/connection.ts#Connection<AccessRequestRef>',
          SubjectConnection: '../kit/connection.ts#Connection<SubjectRef>',
        },
      },
    },
    'client/src/generated/': {
      preset: 'client',
      documents: 'client/operations/*.graphql',
      documentTransforms: [{ transform: ({ documents }) => documents.map(withTypenames) }],
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', ID: 'string' },
        importExtension: '.ts',
      },
    },
  },
};

/**
 * Asks for `__typename` everywhere but at the root, as clients do that keep what they read by type and id: the text that
 * is listed must have it.
 */
function withTypenames<File extends { document?: DocumentNode }>({ document, ...file }: File) {
  if (!document) return file;
  const changed: DocumentNode = visit(document, {
    SelectionSet(node, _key, parent) {
      const isRoot = parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      return isRoot ? undefined : { ...node, selections: [TYPENAME, ...node.selections] };
    },
  });
  return { ...file, document: changed };
}

export default config;
