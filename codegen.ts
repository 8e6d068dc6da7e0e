import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/gateway/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../context.ts#OperationContext',
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        avoidOptionals: { defaultValue: true },
        addInterfaceFieldResolverTypes: true,
        scalars: { DateTime: { input: 'Date', output: 'Date' }, ID: { input: 'string', output: 'string' } },
        importExtension: '.ts',
        mappers: {
          Subject: '../references.ts#SubjectRef',
          User: '../references.ts#UserRef',
          Group: '../references.ts#GroupRef',
          Role: '../references.ts#RoleRef',
          Application: '../references.ts#ApplicationRef',
          GatewayAuthConfig: '../references.ts#GatewayAuthConfigRef',
          RoleWorkflow: '../references.ts#RoleWorkflowRef',
          AccessRequest: '../references.ts#AccessRequestRef',
          AccessKey: '../applications/access-keys.ts#AccessKeyRecord',
          DefaultAccess: '../groups/rest.ts#DefaultAccessRecord',
          Grant: '../grants/rest.ts#GrantRecord',
          Target: '../references.ts#TargetRef',
          WorkflowStep: '../role-workflows/rest.ts#WorkflowStepRecord',
          RoleSnapshot: '../upstream/snapshots.ts#RoleSnapshotRecord',
          UserSnapshot: '../upstream/snapshots.ts#UserSnapshotRecord',
          GrantWindow: '../access-requests/wire.ts#GrantWindowRecord',
          ApprovalStep: '../access-requests/wire.ts#ApprovalStepRecord',
          TimeBoxedRole: '../access-requests/role-holders.ts#TimeBoxedRoleRecord',
          Approval: '../access-requests/wire.ts#ApprovalRecord',
          PlannedAccessChange: '../../access/change.ts#PlannedChange',
          AccessChangeResult: '../access-changes/apply.ts#AppliedChange',
          UserConnection: '../connection.ts#Connection<UserRef>',
          GroupConnection: '../connection.ts#Connection<GroupRef>',
          RoleConnection: '../connection.ts#Connection<RoleRef>',
          ApplicationConnection: '../connection.ts#Connection<ApplicationRef>',
          RoleWorkflowConnection: '../connection.ts#Connection<RoleWorkflowRef>',
          AccessRequestConnection: '../connection.ts#Connection<AccessRequestRef>',
          SubjectConnection: '../connection.ts#Connection<SubjectRef>',
        },
      },
    },
  },
};

export default config;
