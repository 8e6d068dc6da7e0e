import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url);
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const LONG = 'x'.repeat(257);

describe('a filter text of more than 256 characters is refused before anything is asked upstream:', () => {
  test.each<[what: string, query: string, variables?: object]>([
    ['in a variable', 'query ($t: String) { roles(filter: {text: $t}) { totalCount } }', { t: LONG }],
    [
      'in an object of variables',
      'query ($f: GroupFilter) { groups(filter: $f) { totalCount } }',
      { f: { text: LONG } },
    ],
    ['written', `{ applications(filter: {text: "${LONG}"}) { totalCount } }`],
    ['as a block', `{ users(filter: {text: """${LONG}"""}) { totalCount } }`],
    [
      'as the default of a variable',
      `query ($t: String = "${LONG}") { accessRequests(filter: {text: $t}) { totalCount } }`,
    ],
    [
      'below a record, in a fragment',
      'query ($t: String) { group(id: "a") { ...G } } fragment G on Group { members(filter: {text: $t}) { totalCount } }',
      { t: LONG },
    ],
  ])('%s', async (_, query, variables) => {
    // The second and third time it is executed by the plan that is kept of it.
    for (let turn = 0; turn < 3; turn++) {
      const answer = await gateway.send(query, variables);
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([
        {
          message: 'The text of "text" has 257 characters, and may have 256.',
          extensions: { code: 'REQUEST_LIMIT_EXCEEDED', limit: 'textLength', most: 256 },
        },
      ]);
    }
    expect(server.log).toEqual([]);
  });

  test('also where the operation was executed with a short one before', async () => {
    server.on('GET /api/roles', json([{ name: 'a', description: 'Ä', permissions: [] }]));
    const query = 'query ($t: String) { roles(filter: {text: $t}) { nodes { id } } }';
    for (const t of ['a', 'ä', 'x'.repeat(256)]) {
      expect((await gateway.send(query, { t })).status).toBe(200);
    }
    expect((await gateway.send(query, { t: LONG })).status).toBe(400);
  });
});

test('every other text may have 16,384 characters', async () => {
  const query = 'mutation ($d: String!) { upsertGroup(id: "a", input: {description: $d}) { group { id } } }';
  const answer = await gateway.send(query, { d: 'x'.repeat(16_385) });
  expect(answer.errors).toMatchObject([
    { message: 'The text of "description" has 16385 characters, and may have 16384.' },
  ]);
  expect(server.log).toEqual([]);
});

describe('what is worked out costs points before it is:', () => {
  test.each<[what: string, query: string, variables: object]>([
    [
      'ninety-nine times what changes would mean',
      `query ($c: [AccessChangeInput!]!) { ${aliases(99, 'whatIf(changes: $c) { isComplete }')} }`,
      { c: [{ deleteGroup: 'a' }] },
    ],
    ['ninety-nine reviews', `{ ${aliases(99, 'accessReview { csv }')} }`, {}],
    ['ninety-nine descriptions of everything', `{ ${aliases(99, 'accessDescription')} }`, {}],
    [
      'long descriptions, by their length',
      `query ($d: String!) { ${aliases(5, 'accessPlan(description: $d) { spared }')} }`,
      { d: `# ${'x'.repeat(262_000)}` },
    ],
  ])('%s', async (_, query, variables) => {
    const answer = await gateway.send(query, variables);
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED' } }]);
    expect(server.log).toEqual([]);
  });

  test('a filter costs 20 points where it is given, and none where it is not', async () => {
    const small = await GatewayUnderTest.start(server.url, { limits: { operationCost: 1 } });
    const costOf = async (query: string, variables = {}) =>
      (await small.send(query, variables)).errors[0]?.extensions['estimatedCost'];
    const query = 'query ($f: RoleFilter) { roles(filter: $f) { totalCount } }';
    expect(await costOf('{ roles { totalCount } }')).toBe(11);
    expect(await costOf(query)).toBe(11);
    expect(await costOf(query, { f: null })).toBe(11);
    expect(await costOf(query, { f: { text: 'a' } })).toBe(31);
    expect(await costOf('{ roles(filter: {text: "a"}) { totalCount } }')).toBe(31);
    await small.stop();
  });
});

function aliases(count: number, field: string): string {
  return Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');
}
