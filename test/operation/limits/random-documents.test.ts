import fc from 'fast-check';
import { buildSchema, type DocumentNode, Kind, parse, type SelectionSetNode, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSdl } from '../../../src/gateway/graph/sdl.ts';
import { Documents } from '../../../src/gateway/operation/admission/documents.ts';
import { foldSelections, SUM } from '../../../src/gateway/operation/admission/limits/fold-selections.ts';
import { ADMISSION_LIMITS } from '../../support/admission-limits.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { MisbehavingServer } from '../../upstream/misbehaving-server.ts';

const SEED = 20_260_629;

/** Selections on User, made of fields, aliases, directives, inline fragments and spreads of F0 to F4. */
const selections = fc.letrec<{ one: string; all: string }>((tie) => ({
  all: fc
    .array(tie('one'), { minLength: 1, maxLength: 4, depthIdentifier: 'd' })
    .map((parts) => `{ ${parts.join(' ')} }`),
  one: fc.oneof(
    { maxDepth: 6, depthIdentifier: 'd' },
    fc.constantFrom('id', 'name', '__typename', 'a: id', 'b: name', 'c: __typename @include(if: true)'),
    fc.constantFrom('...F0', '...F1', '...F2', '...F3', '...F4', '...F4 @skip(if: false)'),
    tie('all').map((below) => `... on User ${below}`),
    tie('all').map((below) => `groups { members { nodes ${below} } }`),
    tie('all').map((below) => `x: groups { members { nodes ${below} } }`),
  ),
}));

/** Documents whose fragments use only later ones, so that none is in a circle. */
const documents = fc
  .tuple(selections.all, fc.array(selections.all, { minLength: 5, maxLength: 5 }))
  .map(([root, bodies]) => {
    const fragments = bodies.map((body, n) => {
      const later = body.replace(/\.\.\.F(\d)( @skip\(if: false\))?/g, (spread, m) =>
        Number(m) > n ? spread : 'id',
      );
      return `fragment F${n} on User ${later}`;
    });
    return `{ viewer ${root} } ${fragments.join(' ')}`;
  });

/** Counts as the rules are meant, by really putting fragments in their places. */
function expanded(document: DocumentNode) {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);
  }
  let aliases = 0;
  let deepest = 0;
  const visit = (set: SelectionSetNode | undefined, depth: number): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        if (selection.alias) aliases += 1;
        deepest = Math.max(deepest, depth + 1);
        visit(selection.selectionSet, depth + 1);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) visit(fragments.get(selection.name.value), depth);
      else visit(selection.selectionSet, depth);
    }
  };
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  visit(operation.selectionSet, 0);
  return { aliases, deepest, whole: operation.selectionSet };
}

describe('random documents', () => {
  test('are measured as if their fragments stood in their places', () => {
    fc.assert(
      fc.property(documents, (source) => {
        const document = parse(source);
        const { aliases, deepest, whole } = expanded(document);
        const depth = foldSelections(document, {
          of: ({ kind }, below) => (kind === Kind.FIELD ? 1 + below : below),
          join: Math.max,
        })(whole);
        const count = foldSelections(document, {
          of: (selection, below) => (selection.kind === Kind.FIELD && selection.alias ? 1 + below : below),
          join: SUM,
        })(whole);
        expect([depth, count]).toEqual([deepest, aliases]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('are read exactly when they are valid and within the limits', () => {
    const schema = buildSchema(readSdl());
    const limits = { ...ADMISSION_LIMITS, documentDepth: 7, documentAliases: 3 };
    let [taken, refused, faulty] = [0, 0, 0];
    fc.assert(
      fc.property(documents, (source) => {
        const document = parse(source);
        const { aliases, deepest } = expanded(document);
        const read = new Documents(schema, limits, []).read(source);
        const isWithin = deepest <= 7 && aliases <= 3;
        if (!isWithin) expect(read).toHaveProperty('refusal');
        else if (validate(schema, document).length > 0) expect(read).toHaveProperty('faults');
        else expect(read).toHaveProperty('document');
        if (!isWithin) refused += 1;
        else if ('document' in read) taken += 1;
        else faulty += 1;
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(Math.min(refused, faulty + taken)).toBeGreaterThan(20);
  });
});

/** Large documents of up to 40 fragments, which use any of each other and ask for the same again and again. */
const largeDocuments = fc
  .array(
    fc.array(
      fc.tuple(
        fc.constantFrom('id', 'name', 'roles { id }', 'groups { id members { nodes { SPREAD } } }', 'SPREAD'),
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: 39 }),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((bodies) => {
    const write = (parts: (typeof bodies)[number], n: number) =>
      parts
        .map(([part, count, m]) => {
          // One in four uses any fragment, itself as well; the others only later ones.
          const used = m % 4 === 0 ? m : n + 1 + (m % 40);
          return `${part.replace('SPREAD', used < bodies.length ? `...F${used}` : 'id')} `.repeat(count);
        })
        .join('');
    const fragments = bodies.map((parts, n) => `fragment F${n} on User { ${write(parts, n)}}`);
    return `{ viewer { ${bodies.map((_, n) => `...F${n}`).join(' ')} } } ${fragments.join(' ')}`;
  });

test('large random documents are refused before graphql gives up merging their fields, and end at once', () => {
  const schema = buildSchema(readSdl());
  const ends = { document: 0, refusal: 0, faults: 0 };
  let slowestMs = 0;
  fc.assert(
    fc.property(largeDocuments, (source) => {
      const before = process.threadCpuUsage();
      const read = new Documents(schema, ADMISSION_LIMITS, []).read(source);
      const { user, system } = process.threadCpuUsage(before);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
      for (const end of ['document', 'refusal', 'faults'] as const) if (end in read) ends[end] += 1;
      const told = 'faults' in read ? read.faults.map(({ message }) => message) : [];
      expect(told).not.toContain('Validation aborted.');
    }),
    { seed: SEED, numRuns: 400 },
  );
  console.info(`large random documents: ${JSON.stringify(ends)}, ${slowestMs.toFixed(1)} ms at most`);
  expect(ends.document).toBeGreaterThan(20);
  expect(ends.refusal).toBeGreaterThan(20);
});

describe('whatever is sent is answered with 200, 400 or 429, in JSON, and never with a bug', () => {
  let server: MisbehavingServer;
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    server = await MisbehavingServer.start();
    gateway = await GatewayUnderTest.start(server.url);
  });
  afterAll(async () => {
    await gateway.stop();
    await server.stop();
  });

  const pieces = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '...',
    '$',
    '@',
    '!',
    '=',
    '|',
    '&',
    '"',
    '"""',
    '#',
    ',',
    '\\u',
    '\uFEFF',
    '\0',
    '\uD800',
    'query',
    'mutation',
    'subscription',
    'fragment',
    'on',
    'null',
    'true',
    'viewer',
    'id',
    '__typename',
    '__schema',
    'User',
    '-0',
    '1e999',
    '1',
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(' ')),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    documents,
    documents.map((text) => text.slice(0, text.length / 2)),
    fc.string({ unit: 'binary' }),
  );

  test.each([
    ['texts', fc.record({ query: texts, variables: fc.constant({}) })],
    [
      'values of any kind',
      fc.record({
        query: fc.constant(
          'query ($a: ID!, $b: UserFilter, $c: [AccessType!]) { user(id: $a) { id } users(filter: $b, first: 1) { totalCount } }',
        ),
        variables: fc.record({ a: fc.jsonValue(), b: fc.jsonValue(), c: fc.jsonValue() }),
      }),
    ],
    ['bodies of any kind', fc.jsonValue({ noUnicodeString: false })],
  ])('%s', async (_, bodies) => {
    await fc.assert(
      fc.asyncProperty(bodies as fc.Arbitrary<unknown>, async (body) => {
        const answer = await gateway.post(JSON.stringify(body), { 'content-type': 'application/json' });
        expect([200, 400, 429]).toContain(answer.status);
        expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
        for (const { extensions } of answer.errors)
          expect(extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
      }),
      { seed: SEED, numRuns: 250 },
    );
    expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
