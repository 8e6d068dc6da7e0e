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
          AccessKey: '../applications/access-keys.ts#AccessKeyRecord',
          DefaultAccess: '../groups/rest.ts#DefaultAccessRecord',
          Grant: '../grants/rest.ts#GrantRecord',
          Target: '../references.ts#TargetRef',
          UserConnection: '../connection.ts#Connection<UserRef>',
          GroupConnection: '../connection.ts#Connection<GroupRef>',
          RoleConnection: '../connection.ts#Connection<RoleRef>',
          ApplicationConnection: '../connection.ts#Connection<ApplicationRef>',
          SubjectConnection: '../connection.ts#Connection<SubjectRef>',
        },
      },
    },
  },
};

export default config;
