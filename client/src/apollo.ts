import type { FieldPolicy, PossibleTypesMap, TypePolicies } from '@apollo/client';

/**
 * The types behind each interface and union. Without them Apollo Client does not match `fragment … on Subject`:
 * `new InMemoryCache({ possibleTypes, typePolicies })`.
 */
export const possibleTypes: PossibleTypesMap = {
  AccessStep: [
    'MembershipStep',
    'RoleStep',
    'GrantStep',
    'TagStep',
    'PermissionStep',
    'AdministrationStep',
    'OwnershipStep',
    'DefaultAccessStep',
  ],
  ChangedRecord: [
    'User',
    'Group',
    'Membership',
    'Role',
    'Application',
    'AccessKey',
    'Grant',
    'GatewayAuthConfig',
    'RoleWorkflow',
    'AccessRequest',
  ],
  MutationPayload: [
    'ApplyAccessChangesPayload',
    'AccessRequestPayload',
    'ApplicationPayload',
    'AccessKeyPayload',
    'CreateAccessKeyPayload',
    'RotateAccessKeyPayload',
    'DeletePayload',
    'GatewayAuthConfigPayload',
    'GrantPayload',
    'GroupPayload',
    'RoleWorkflowPayload',
    'RolePayload',
    'GenerateTokenPayload',
    'UserPayload',
  ],
  Node: [
    'AccessRequest',
    'Application',
    'GatewayAuthConfig',
    'Target',
    'Group',
    'RoleWorkflow',
    'Role',
    'User',
  ],
  Subject: ['Group', 'Role', 'User'],
  TargetEntity: ['Application', 'User', 'Group', 'Role', 'GatewayAuthConfig'],
};

/** A page as it lies in the cache; what else was selected comes along. */
interface Page {
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly unknown[];
}

/** Fields that are one list, whichever page of it was read: those before `first` and `after` tell lists apart. */
const pages: FieldPolicy<Page> = {
  keyArgs: (args) => Object.keys(args ?? {}).filter((name) => name !== 'first' && name !== 'after'),
  merge(existing, incoming, { args }) {
    if (!existing || typeof args?.['after'] !== 'string') return incoming;
    return {
      ...incoming,
      ...(incoming.nodes && { nodes: [...(existing.nodes ?? []), ...incoming.nodes] }),
      ...(incoming.edges && { edges: [...(existing.edges ?? []), ...incoming.edges] }),
    };
  },
};

const pagesOf = (...names: string[]) => ({ fields: Object.fromEntries(names.map((name) => [name, pages])) });

/** Lets `fetchMore({ variables: { after } })` add a page to a list, by `nodes` and by `edges`. */
export const typePolicies: TypePolicies = {
  AccessHolders: pagesOf('people', 'applications', 'groups', 'roles'),
  AccessReview: pagesOf('findings'),
  Application: pagesOf('effectivePermissions'),
  Group: pagesOf('members', 'effectivePermissions'),
  Query: pagesOf('accessRequests', 'applications', 'groups', 'roleWorkflows', 'roles', 'users'),
  Role: pagesOf('holders', 'pendingRequests', 'activeRequests', 'effectivePermissions'),
  RoleWorkflow: pagesOf('requests'),
  User: pagesOf('requests', 'requestsToDecide', 'effectivePermissions'),
  WhatIf: pagesOf('differences'),
  // Each tells how somebody or something was called at its time.
  RoleSnapshot: { keyFields: false },
  UserSnapshot: { keyFields: false },
};
