/** One operation that is measured. */
export interface Operation {
  /** Short name, for `--only`. */
  readonly key: string;
  readonly name: string;
  readonly query: string;
}

/** The operations of the benchmark. Every server gets these documents, but for those that cannot have this schema. */
export const OPERATIONS: readonly Operation[] = [
  {
    key: 'users',
    name: '1,000 users in one list',
    query: '{ users(first: 1000) { nodes { id name roles { id } } } }',
  },
  {
    key: 'groups',
    name: '100 groups with members',
    query: '{ groups(first: 100) { nodes { id description members(first: 1000) { nodes { id name } } } } }',
  },
  {
    key: 'grants',
    name: 'one group → members → grants',
    query:
      '{ group(id: "group-000007") { id members(first: 20) { nodes { id name grants { target { rawType id: rawId } access } } } } }',
  },
  {
    key: 'workflows',
    name: '50 workflows → authors (21 distinct)',
    query: '{ roleWorkflows(first: 50) { nodes { id name author { id user { id name } } } } }',
  },
  {
    key: 'user',
    name: 'one user by id',
    query: '{ user(id: "user000042@example.com") { id name roles { id } } }',
  },
  { key: 'typename', name: '`{ __typename }`', query: '{ __typename }' },
];
