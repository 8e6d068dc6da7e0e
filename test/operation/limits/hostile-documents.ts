/** A document that asks for too much. */
export interface HostileDocument {
  readonly what: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The limit that it exceeds, by the name of its setting. */
  readonly limit: string;
}

const times = (count: number, write: (index: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, index) => write(index)).join(separator);

/** Wraps fields in others, `depth` levels in all. */
function nested(depth: number): string {
  const pair = 'groups { nodes { members { nodes { '.repeat(Math.ceil(depth / 4));
  return `{ user(id: "ann") { ${pair} id ${'} '.repeat(Math.ceil(depth / 4) * 4)}} }`;
}

/** Fragments that each use the next one twice: 2^count fields in a few lines. */
function bomb(count: number, leaf: string): string {
  const fragments = times(count, (n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`, '\n');
  return `{ user(id: "ann") { ...F0 } } ${fragments} fragment F${count} on User { ${leaf} }`;
}

/** Documents that are each refused for one reason; valid but for that. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  { what: 'fields 200 levels deep', query: nested(200), limit: 'nesting' },
  { what: 'fields 28 levels deep', query: nested(28), limit: 'documentDepth' },
  {
    what: 'fields 30 levels deep, by fragments of two',
    query: `{ ...F0 } fragment F0 on Query { user(id: "ann") { ...F1 } } ${times(
      14,
      (n) => `fragment F${n + 1} on User { groups { members { nodes { ...F${n + 2} } } } }`,
    )} fragment F15 on User { id }`,
    limit: 'documentDepth',
  },
  {
    what: '10,000 aliases',
    query: `{ user(id: "ann") { ${times(10_000, (n) => `a${n}: id`)} } }`,
    limit: 'documentTokens',
  },
  {
    what: '101 aliases',
    query: `{ user(id: "ann") { ${times(101, (n) => `a${n}: id`)} } }`,
    limit: 'documentAliases',
  },
  {
    what: '101 aliases of __typename',
    query: `{ ${times(101, (n) => `a${n}: __typename`)} }`,
    limit: 'documentAliases',
  },
  {
    what: '128 aliases by fragments that each use the next twice',
    query: bomb(7, 'again: id'),
    limit: 'documentAliases',
  },
  {
    what: '2^30 aliases by fragments that each use the next twice',
    query: bomb(30, 'again: id'),
    limit: 'documentAliases',
  },
  { what: '101 root fields', query: `{ ${times(101, () => 'viewer { id }')} }`, limit: 'documentRootFields' },
  {
    what: '101 root fields out of a fragment',
    query: `{ ${times(101, () => '...R')} } fragment R on Query { viewer { id } }`,
    limit: 'documentRootFields',
  },
  {
    what: '101 mutations of one kind',
    query: `mutation { ${times(101, (n) => `m${n}: deleteUser(id: "u${n}") { deletedId }`)} }`,
    limit: 'documentAliases',
  },
  {
    what: '1,000 directives on a field',
    query: `{ viewer { id ${times(1000, () => '@include(if: true)')} } }`,
    limit: 'documentDirectives',
  },
  {
    what: '1,000 unknown directives on the operation',
    query: `query ${times(1000, () => '@x')} { viewer { id } }`,
    limit: 'documentDirectives',
  },
  {
    what: '1,000 directives on a variable',
    query: `query ($v: ID ${times(1000, () => '@x')}) { user(id: $v) { id } }`,
    limit: 'documentDirectives',
  },
  {
    what: '41 fragments',
    query: `{ user(id: "ann") { ${times(41, (n) => `...F${n}`)} } } ${times(
      41,
      (n) => `fragment F${n} on User { id name }`,
    )}`,
    limit: 'documentFragments',
  },
  {
    what: '9,000 times the same field',
    query: `{ user(id: "ann") { ${times(9000, () => 'id')} } }`,
    limit: 'documentMerges',
  },
  {
    what: '95 times the same mutation of 80 users, since arguments have to agree',
    query: `mutation { ${times(95, () => `addUsersToGroup(groupId: "g", userIds: [${times(80, (n) => `"u${n}"`)}]) { userErrors { code } }`)} }`,
    limit: 'documentMerges',
  },
  {
    what: '40 fragments that each use the next, and have nine fields to be merged with those of all others',
    query: `{ user(id: "ann") { ${times(40, (n) => `...F${n}`)} } } ${times(
      40,
      (n) =>
        `fragment F${n} on User { ${n < 39 ? `...F${n + 1}` : ''} id name roles { id displayName } groups { id members { nodes { id name roles { id displayName } } } } }`,
    )}`,
    limit: 'documentMerges',
  },
  {
    what: '40 fragments of a hundred times the same, which nobody uses',
    query: `{ viewer { id } } ${times(40, (n) => `fragment F${n} on User { ${times(100, () => 'id')} }`)}`,
    limit: 'documentMerges',
  },
  {
    what: '51 operations',
    query: `${times(51, (n) => `query Q${n} { ...F }`)} fragment F on Query { viewer { id } }`,
    limit: 'documentOperations',
  },
  { what: '5,001 lines', query: `{ viewer { id } }${'\n'.repeat(5000)}`, limit: 'documentLines' },
  { what: '100,000 comments', query: `{ viewer { id } } ${'#\n'.repeat(100_000)}`, limit: 'documentLines' },
  {
    what: 'a block string of 90,000 lines',
    query: `{ user(id: """${'\n a'.repeat(90_000)}""") { id } }`,
    limit: 'documentLines',
  },
  {
    what: '10,000 times the same field',
    query: `{ user(id: "ann") { ${times(10_000, () => 'id')} } }`,
    limit: 'documentTokens',
  },
  {
    what: 'lists within lists until a parser’s stack ends',
    query: `{ user(id: ${'['.repeat(9000)}`,
    limit: 'nesting',
  },
  {
    what: 'types within types until a parser’s stack ends',
    query: `query ($v: ${'['.repeat(9000)}`,
    limit: 'nesting',
  },
  {
    what: 'selections within selections until a parser’s stack ends',
    query: `{ ${'a { '.repeat(4500)}`,
    limit: 'nesting',
  },
  {
    what: 'a written list of 1,001 items',
    query: `mutation { addUsersToGroup(groupId: "g", userIds: [${times(1001, (n) => `"u${n}"`)}]) { userErrors { code } } }`,
    limit: 'listItems',
  },
  {
    what: 'a list of 1,001 items in a variable',
    query: 'mutation ($ids: [ID!]!) { addUsersToGroup(groupId: "g", userIds: $ids) { userErrors { code } } }',
    variables: { ids: Array.from({ length: 1001 }, (_, n) => `u${n}`) },
    limit: 'listItems',
  },
  {
    what: 'lists within lists in a variable',
    query: 'query ($id: ID!) { user(id: $id) { id } }',
    variables: { id: JSON.parse('['.repeat(1000) + ']'.repeat(1000)) },
    limit: 'nesting',
  },
];
