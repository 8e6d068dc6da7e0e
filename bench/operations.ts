/** One operation that is measured. */
export interface Operation {
  readonly name: string;
  readonly query: string;
}

/** The operations of the benchmark; peers serve the same documents. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'one user',
    query: '{ user(id: "user000042@example.com") { id name roles { id } } }',
  },
  {
    name: '1,000 users in one list',
    query: '{ users(first: 1000) { nodes { id name roles { id } } } }',
  },
  {
    name: '100 groups with members',
    query: '{ groups(first: 100) { nodes { id description members(first: 1000) { nodes { id name } } } } }',
  },
  {
    name: 'group, members, grants',
    query:
      '{ group(id: "group-000007") { id members(first: 20) { nodes { id name grants { target { rawType id } access } } } } }',
  },
  { name: '__typename', query: '{ __typename }' },
];
