import type { World } from '../../support/world.ts';

/** One operation to be executed in both ways. */
export interface Sample {
  readonly what: string;
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
  /** Whose token it carries; the administrator's where left out, none for null. */
  readonly token?: string | null;
}

const BOB = 'bob@example.com';
const nodeIdOf = (text: string) => Buffer.from(text).toString('base64url');
const FILTERED = `query ($filter: UserFilter, $first: Int = 2, $apps: Boolean) {
  users(filter: $filter, first: $first, includeApplications: $apps) {
    totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`;
const SWITCHED = `query ($skip: Boolean = false, $roles: Boolean!) { user(id: "${BOB}") {
  id @skip(if: $skip) name @include(if: $roles) @skip(if: $skip)
  ...Roles @include(if: $roles) ... @skip(if: $roles) { groups { id } } __typename @include(if: true) } }
  fragment Roles on User { roles { id kind @skip(if: $skip) } }`;
const TWO = `query One { user(id: "${BOB}") { id } } query Two { user(id: "${BOB}") { name ...G } }
  fragment G on User { groups { id } } mutation Three { deleteUser(id: "nobody") { deletedId } }`;
const BY_SUBJECT = 'query ($by: SubjectInput!) { subject(by: $by) { __typename id displayName } }';
const BY_APPLICATION = 'query ($by: ApplicationBy!) { application(by: $by) { id name } }';
const ENTITY = `__typename ... on Node { nodeId } ... on Subject { displayName }
  ... on User { name } ... on Group { description } ... on Role { kind } ... on Application { name tags { key } }
  ... on GatewayAuthConfig { authenticationType apiKeyCount }`;

/** Operations over the world of `buildWorld`: every root field, and every feature of the language. */
export function corpus({ billing, shipping, key, token }: World): readonly Sample[] {
  return [
    // Records and links
    { what: 'nothing but the root', query: '{ __typename }' },
    { what: 'an alias of the root', query: 'query Q { a: __typename b: __typename }' },
    {
      what: 'a record',
      query: `{ user(id: "${BOB}") { __typename nodeId id displayName name uuid namespace } }`,
    },
    {
      what: 'a record that is not there',
      query: '{ user(id: "nobody") { id name } group(id: "no") { id } }',
    },
    {
      what: 'lists in lists',
      query: `{ group(id: "eng") { __typename members { __typename nodes { __typename name groups { __typename id
        members { nodes { id roles { id permissions { resource actions names } } } } } } } } }`,
    },
    {
      what: 'edges and page info',
      query: `{ users(first: 2) { __typename totalCount pageInfo { __typename hasNextPage hasPreviousPage startCursor
        endCursor } edges { __typename cursor node { __typename id } } nodes { id } } }`,
    },
    {
      what: 'all groups',
      query: `{ groups { nodes { id description roles { id } contact { kind value }
        defaultAccess { targetType access } grants { target { rawType type id: rawId } access } } } }`,
    },
    {
      what: 'an empty list',
      query: '{ group(id: "empty") { members { totalCount nodes { id } edges { cursor } } } }',
    },
    {
      what: 'roles with their holders',
      query:
        '{ roles(kind: CUSTOM) { nodes { id description kind holders { totalCount nodes { __typename id } } } } }',
    },
    {
      what: 'system roles',
      query: '{ roles(kind: SYSTEM, first: 3) { nodes { id kind permissions { names } } } }',
    },
    { what: 'the catalog', query: '{ permissionCatalog { resource actions names } }' },
    {
      what: 'an application with times and links',
      query: `{ application(by: {id: "${billing}"}) { name createdAt updatedAt createdBy { id name } updatedBy { id }
        tags { key value } accessKeys { id status rawStatus createdAt application { id } } user { id name }
        gatewayAuthConfigs { id } roles { id } asTarget { type id: rawId } } }`,
    },
    { what: 'an application by its key', query: BY_APPLICATION, variables: { by: { accessKeyId: key.id } } },
    {
      what: 'applications',
      query: '{ applications(filter: {tag: {key: "tier", value: "gold"}}) { nodes { name } } }',
    },
    {
      what: 'gateway authentication',
      query: `{ gatewayAuthConfig(id: "shop-gateway") { id application { id name } authenticationType apiKeyCount
        hasConductorToken isPassthrough audience createdBy { id } } gatewayAuthConfigs { id } }`,
    },
    {
      what: 'the viewer',
      query: '{ viewer { id name roles { id } groups { id } timeBoxedRoles { role { id } } } }',
    },
    {
      what: 'what a user may do',
      query: `{ user(id: "${BOB}") { accessTo(target: {type: WORKFLOW_DEF, id: "orders"})
        grants(targetType: WORKFLOW_DEF) { subject { id } target { id: rawId } access viaTag { key value } }
        createdApplications { id name } } }`,
    },
    {
      what: 'workflows and requests',
      query: '{ roleWorkflows { totalCount nodes { id } } accessRequests { totalCount } }',
    },
    {
      what: 'a workflow that is not there',
      query: '{ roleWorkflow(id: "00000000-0000-4000-8000-000000000000") { id } }',
    },

    // Abstract types
    {
      what: 'subjects of a target',
      query: `{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { access subject { __typename id displayName
        ... on User { name roles { id } } ... on Group { description } ... on Role { permissions { resource } } } } } }`,
    },
    {
      what: 'entities of a union, through interfaces',
      query: `{ user: target(by: {type: USER, id: "${BOB}"}) { entity { ${ENTITY} } }
        group: target(by: {type: GROUP, id: "ops"}) { entity { ${ENTITY} } }
        role: target(by: {type: ROLE, id: "release-manager"}) { entity { ${ENTITY} } }
        application: target(by: {type: APPLICATION, id: "${shipping}"}) { entity { ${ENTITY} } }
        config: target(by: {type: AUTH_CONFIG, id: "shop-gateway"}) { entity { ${ENTITY} } }
        none: target(by: {type: SECRET_NAME, id: "s"}) { entity { ${ENTITY} } } }`,
    },
    {
      what: 'grants of a group on things of all kinds',
      query:
        '{ group(id: "ops") { grants { target { type entity { __typename ... on User { name } ... on Role { id } } } } } }',
    },
    {
      what: 'a node of any type',
      query: `query ($id: ID!) { node(nodeId: $id) { __typename nodeId ... on Subject { displayName }
        ... on User { roles { id } } ...A } } fragment A on Application { name }`,
      variables: { id: nodeIdOf(`Application:${billing}`) },
    },
    { what: 'a subject by one of three', query: BY_SUBJECT, variables: { by: { role: 'release-manager' } } },
    {
      what: 'members of one name that differ by type in what is asked of them',
      query: `{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { subject {
        ... on User { roles { id } asTarget { id: rawId } } ... on Group { roles { kind displayName } asTarget { type } }
        ... on Role { asTarget { rawType } } } } } }`,
    },
    {
      what: 'members of an interface that differ by type',
      query: `{ role(id: "release-manager") { holders { edges { node { ... on User { label: name } ... on Group {
        label: description } ... on Subject { ... on Node { nodeId } } } } } } }`,
    },

    // Fragments, aliases, merging, directives
    {
      what: 'fragments in fragments, and the order of their fields',
      query: `{ user(id: "${BOB}") { ...A name ...B } } fragment A on User { id ...C } fragment B on User { uuid ...C }
        fragment C on User { displayName groups { id } roles { ...R } } fragment R on Role { id kind }`,
    },
    {
      what: 'fields that are asked for twice and merge',
      query: `{ user(id: "${BOB}") { groups { id } name groups { description } ... { groups { id roles { id } } } } }`,
    },
    {
      what: 'aliases with other arguments',
      query: `{ a: user(id: "${BOB}") { x: name y: name } b: user(id: "cy@example.com") { x: id name: id }
        grants: group(id: "eng") { all: grants { access } some: grants(targetType: WORKFLOW_DEF) { access } } }`,
    },
    {
      what: 'an alias like an index',
      query: '{ _1: __typename toString: __typename constructor: __typename }',
    },
    ...[
      { roles: true },
      { roles: false },
      { roles: true, skip: true },
      { roles: false, skip: true },
      { roles: true, skip: false },
      { roles: null },
      { skip: null, roles: true },
      {},
      { roles: 'yes' },
    ].map((variables) => ({ what: `switches ${JSON.stringify(variables)}`, query: SWITCHED, variables })),
    { what: 'everything skipped', query: `{ user(id: "${BOB}") @skip(if: true) { name } }` },
    { what: 'all fields of a record skipped', query: `{ user(id: "${BOB}") { name @include(if: false) } }` },

    // Variables
    ...[
      {},
      { filter: null },
      { filter: { text: 'a' } },
      { filter: { text: 'a', roleId: null } },
      { filter: { groupId: 'eng', text: null }, first: 1 },
      { first: null },
      { first: 0 },
      { first: 2 ** 31 },
      { first: 1.5 },
      { first: '2' },
      { apps: true, first: 1000 },
      { apps: null },
      { apps: 'no' },
      { filter: { nothing: 1 } },
      { filter: [] },
      { filter: 'text', first: 'x' },
      { unknown: 1 },
    ].map((variables) => ({ what: `variables ${JSON.stringify(variables)}`, query: FILTERED, variables })),
    {
      what: 'variables within an input object, of which one is not given',
      query: `query ($text: String, $role: ID) { users(filter: {text: $text, roleId: $role}) { nodes { id } } }`,
      variables: { text: 'B' },
    },
    {
      what: 'a variable in place of an argument with a default',
      query: 'query ($first: Int) { users(first: $first) { pageInfo { hasNextPage } } }',
    },
    {
      what: 'a variable of an enum',
      query:
        'query ($type: TargetType!) { target(by: {type: $type, id: "orders"}) { type grants { access } } }',
      variables: { type: 'WORKFLOW_DEF' },
    },
    {
      what: 'a variable of an enum that has no such value',
      query: 'query ($type: TargetType!) { target(by: {type: $type, id: "orders"}) { type } }',
      variables: { type: 'NOTHING' },
    },
    { what: 'an id as a number', query: 'query ($id: ID!) { user(id: $id) { id } }', variables: { id: 7 } },
    { what: 'no required variable', query: 'query ($id: ID!) { user(id: $id) { id } }' },
    {
      what: 'no variables at all',
      query: 'query ($id: ID = "eng") { group(id: $id) { id description } }',
      variables: null,
    },
    ...[{ user: 'a', group: 'b' }, {}, { user: null }, { user: BOB, group: null }, { nobody: 1 }, null].map(
      (by) => ({
        what: `one of: ${JSON.stringify(by)}`,
        query: BY_SUBJECT,
        variables: { by },
      }),
    ),
    {
      what: 'one of, by a variable that is not given',
      query: 'query ($id: ID!) { application(by: {id: $id}) { name } }',
    },
    {
      what: 'text of all kinds',
      query: `query ($id: ID!) { target(by: {type: SECRET_NAME, id: $id}) { id: rawId rawType } }`,
      variables: { id: 'ä€😀 "quoted" \\ / \u0000\u001f\u007f\u2028\u2029 </script> \n\t' },
    },
    {
      what: 'half a character',
      query: `query ($id: ID!) { target(by: {type: SECRET_NAME, id: $id}) { id: rawId } }`,
      variables: { id: 'half \ud83d' },
    },

    // Errors
    { what: 'a refusal', query: '{ users { nodes { id } } }', token: token.bob },
    {
      what: 'refusals at several paths beside what succeeds',
      query: `{ viewer { id } users { nodes { id } } groups { nodes { id } } role(id: "ADMIN") { id kind }
        b: user(id: "${BOB}") { name grants { access } } a: user(id: "cy@example.com") { name } }`,
      token: token.bob,
    },
    {
      what: 'refusals within lists',
      query:
        '{ viewer { groups { id members { nodes { id } } grants { access } roles { permissions { names } } } } }',
      token: token.cy,
    },
    {
      what: 'a link to what is not there',
      query: '{ subject(by: {user: "gone@example.com"}) { id displayName } node(nodeId: "!") { nodeId } }',
    },
    {
      what: 'bad input at several paths',
      query: '{ a: users(first: 0) { totalCount } b: node(nodeId: "") { nodeId } c: __typename }',
    },
    { what: 'a bad cursor', query: '{ users(after: "nonsense") { nodes { id } } }' },
    { what: 'an id that reaches nothing', query: '{ user(id: "..") { name } group(id: "") { id } }' },
    { what: 'no token', query: '{ viewer { id } users { totalCount } }', token: null },
    { what: 'a token that nobody issued', query: '{ viewer { id } }', token: 'a.b.c' },

    // Documents
    { what: 'the first of several operations', query: TWO, operationName: 'One' },
    { what: 'the second of several operations', query: TWO, operationName: 'Two' },
    { what: 'none of several operations', query: TWO },
    { what: 'an operation that is not in the document', query: TWO, operationName: 'Four' },
    { what: 'another name for the only operation', query: 'query A { __typename }', operationName: 'B' },
    { what: 'nothing but a fragment', query: 'fragment F on User { id }' },
    { what: 'no document', query: '{' },
    { what: 'a field that is not there', query: '{ viewer { nothing } }' },

    // Introspection
    {
      what: 'the type of a field',
      query: '{ __type(name: "User") { kind name fields { name type { name ofType { name } } } } }',
    },
    { what: 'an unknown type', query: '{ __type(name: "Nothing") { name } __typename }' },
    {
      what: 'the schema beside data',
      query: `{ __schema { queryType { name } types { name kind enumValues { name } possibleTypes { name } }
        directives { name locations args { name defaultValue } } } viewer { id } }`,
    },
  ];
}
