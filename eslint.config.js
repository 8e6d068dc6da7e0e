import graphql from '@graphql-eslint/eslint-plugin';

const { configs } = graphql;

// Only the schema: Biome checks everything else.
export default [
  {
    files: ['schema/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/*.graphql' } },
    },
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      '@graphql-eslint/require-nullable-result-in-root': 'error',
      '@graphql-eslint/require-nullable-fields-with-oneof': 'error',
      // Forward paging only, and short lists stay plain lists.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
      // Values and links have no identity of their own.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            types: [
              'UserError',
              'EffectivePermission',
              'AccessPath',
              'MembershipStep',
              'RoleStep',
              'GrantStep',
              'TagStep',
              'PermissionStep',
              'AdministrationStep',
              'OwnershipStep',
              'DefaultAccessStep',
              'MissingLink',
              'AccessWarning',
              'PendingAccess',
              'AccessHolders',
              'AccessHolder',
              'AccessExplanation',
              'AccessCheck',
              'AccessComparison',
              'WhatIf',
              'AccessDifference',
              'AccessReview',
              'AccessFinding',
              'PageInfo',
              'Tag',
              'ContactEntry',
              'DefaultAccess',
              'RolePermission',
              'Grant',
              'WorkflowStep',
              'GrantWindow',
              'AccessPlan',
              'ApprovalStep',
              'Approval',
              'RoleRevocation',
              'TimeBoxedRole',
              'PlannedAccessChange',
              'AccessChangeResult',
              'AccessChange',
              'Membership',
            ],
            suffixes: ['Payload', 'Connection', 'Edge'],
          },
        },
      ],
    },
  },
];
