/** A document that takes as much to read as one may that is within the limits. */
export interface CostlyDocument {
  readonly what: string;
  readonly query: string;
  /** Whether validation finds a fault in it. */
  readonly isFaulty: boolean;
  /** False for one that is no GraphQL, so that it is not even validated. */
  readonly isParsed?: boolean;
}

const times = (count: number, write: (index: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, index) => write(index)).join(separator);

const LINES = '\n'.repeat(4900);

/** What was found to take longest, each for another reason. */
export const COSTLY_DOCUMENTS: readonly CostlyDocument[] = [
  {
    what: 'one fragment 4,000 times',
    query: `{ viewer { ${times(4000, () => '...F')} } } fragment F on User { id }`,
    isFaulty: false,
  },
  {
    what: 'one field 130 times',
    query: `{ viewer { ${times(130, () => 'id')} } }`,
    isFaulty: false,
  },
  {
    what: 'one list 90 times',
    query: `{ viewer { ${times(90, () => 'groups { id }')} } }`,
    isFaulty: false,
  },
  {
    what: '40 fragments in each of 10 lists',
    query: `{ viewer { ${times(10, (n) => `a${n}: groups { ${times(40, (m) => `...F${m}`)} }`)} } } ${times(40, (n) => `fragment F${n} on Group { id }`)}`,
    isFaulty: false,
  },
  {
    what: '40 fragments in one list that is asked for 10 times',
    query: `{ viewer { ${times(10, () => `groups { ${times(40, (m) => `...F${m}`)} }`)} } } ${times(40, (n) => `fragment F${n} on Group { id }`)}`,
    isFaulty: false,
  },
  {
    what: '40 fragments that each use all others after them',
    query: `{ viewer { ${times(40, (n) => `...F${n}`)} } } ${times(40, (n) => `fragment F${n} on User { ${times(39 - n, (m) => `...F${n + m + 1}`)} id name }`)}`,
    isFaulty: false,
  },
  {
    what: 'a text of 80,000 escapes',
    query: `{ user(id: "${'\\u0041'.repeat(80_000)}") { id } }`,
    isFaulty: false,
  },
  {
    what: '1,900 variables that nobody uses',
    query: `query (${times(1900, (n) => `$v${n}: ID`)}) { viewer { id } }`,
    isFaulty: true,
  },
  {
    what: 'one argument 3,300 times',
    query: `{ users(${times(3300, () => 'first: 1')}) { totalCount } }`,
    isFaulty: true,
  },
  {
    what: 'an object of 3,000 unknown members',
    query: `{ users(filter: { ${times(3000, (n) => `a${n}: 1`)} }) { totalCount } }`,
    isFaulty: true,
  },
  {
    what: '1,600 directives defined',
    query: times(1600, (n) => `directive @d${n} on FIELD`),
    isFaulty: true,
  },
  {
    what: 'conflicts of many fields, below thousands of lines',
    query: `${LINES}{ viewer { ${times(5, (n) => `x${n}: requests(first: 1) { ${times(9, (m) => `nodes { a${m}: id }`)} } x${n}: requests(first: 1) { ${times(9, (m) => `nodes { a${m}: name }`)} }`)} } }`,
    isFaulty: true,
  },
  {
    what: 'unknown fields below thousands of lines',
    query: `${LINES}{ ${times(25, (n) => `u${n}`)} }`,
    isFaulty: true,
  },
  { what: 'a name of half a million letters', query: `{ ${'a'.repeat(500_000)} }`, isFaulty: true },
  {
    what: 'a comment of half a million letters, and no end',
    query: `{ viewer { id #${'a'.repeat(500_000)}`,
    isFaulty: true,
    isParsed: false,
  },
  {
    what: 'types that nearly are those of the schema',
    query: `{ viewer { ${times(25, (n) => `... on AccessReq${n}uestConnectio { id }`)} } }`,
    isFaulty: true,
  },
];
