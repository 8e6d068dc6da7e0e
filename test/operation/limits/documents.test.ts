import { hash } from 'node:crypto';
import { buildSchema, GraphQLError, getIntrospectionQuery, parse, type ValidationRule } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../bench/operations.ts';
import { readSdl } from '../../../src/gateway/graph/sdl.ts';
import { Documents } from '../../../src/gateway/operation/admission/documents.ts';
import { ADMISSION_LIMITS } from '../../support/admission-limits.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';
import { COSTLY_DOCUMENTS } from './costly-documents.ts';
import { HOSTILE_DOCUMENTS } from './hostile-documents.ts';

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

const schema = buildSchema(readSdl());

describe('the slowest documents are answered with 400, never 500, whoever finds the fault', () => {
  test.each(COSTLY_DOCUMENTS.filter(({ isFaulty }) => isFaulty))('$what', async ({ query }) => {
    const answer = await gateway.send(query);
    expect(answer).toMatchObject({ status: 400, data: null });
    expect(answer.text.length).toBeLessThan(10_000);
    for (const { extensions } of answer.errors)
      expect(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']).toContain(extensions['code']);
    expect(server.log).toEqual([]);
  });
});

describe('a document that asks for too much is 400 REQUEST_LIMIT_EXCEEDED, and nothing is asked upstream', () => {
  test.each(HOSTILE_DOCUMENTS)('$what', async ({ query, variables, limit }) => {
    for (const accept of ['*/*', 'application/graphql-response+json', 'application/json, text/html']) {
      const answer = await gateway.send(query, variables, { accept });
      expect(answer).toMatchObject({ status: 400, data: null });
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors[0]?.extensions).toMatchObject({
        code: 'REQUEST_LIMIT_EXCEEDED',
        limit,
        requestId: answer.headers.get('x-request-id'),
      });
    }
    expect(server.log).toEqual([]);
  });
});

/** Milliseconds of the processor that a document took. Others may use the machine, so this is told and not asserted. */
function processorMs(act: () => void): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The work that is done for a document, without regard to the machine. */
function readCounting(query: string) {
  let validations = 0;
  let visited = 0;
  const counting: ValidationRule = () => {
    validations += 1;
    return {
      enter() {
        visited += 1;
      },
    };
  };
  const documents = new Documents(schema, ADMISSION_LIMITS, [counting]);
  const read = documents.read(query);
  return { read, validations, visited };
}

describe('a document that is refused', () => {
  test.each(HOSTILE_DOCUMENTS.filter(({ variables }) => !variables))('is not validated: $what', ({
    query,
    limit,
  }) => {
    const { read, validations } = readCounting(query);
    expect(read).toMatchObject({ refusal: { extensions: { limit } } });
    expect(validations).toBe(0);
  });
});

describe('a document that is read', () => {
  test.each(COSTLY_DOCUMENTS)('is validated within bounds: $what', ({ query, isParsed = true }) => {
    const { read, validations, visited } = readCounting(query);
    expect(read).not.toHaveProperty('refusal');
    expect(validations).toBe(isParsed ? 1 : 0);
    expect(visited).toBeLessThan(4 * ADMISSION_LIMITS.documentTokens);
    const faults = 'faults' in read ? read.faults : [];
    expect(faults.length).toBeLessThanOrEqual(6);
    // graphql's own bound on the work of merging fields: ours is to come first, with a reason.
    for (const { message } of faults) expect(message).not.toBe('Validation aborted.');
  });

  test('and one that is refused took the processor so long at worst, in milliseconds', () => {
    const took = [...HOSTILE_DOCUMENTS, ...COSTLY_DOCUMENTS].map(({ what, query }) => ({
      what,
      ms: Math.min(
        ...[1, 2, 3].map(() => processorMs(() => new Documents(schema, ADMISSION_LIMITS, []).read(query))),
      ),
    }));
    const worst = took.toSorted((one, other) => other.ms - one.ms).slice(0, 5);
    console.info(worst.map(({ what, ms }) => `${ms.toFixed(1)} ms: ${what}`).join('\n'));
    expect(worst).toHaveLength(5);
  });

  test('takes its part of the memory for documents by its length, not only by its tokens', () => {
    const documents = new Documents(schema, ADMISSION_LIMITS, []);
    const long = (n: number) => `{ user(id: "${n}${'x'.repeat(450_000)}") { id } }`;
    for (let n = 0; n < 60; n += 1) expect(documents.read(long(n))).toHaveProperty('document');
    const known = Array.from({ length: 60 }, (_, n) => documents.knows(hash('sha256', long(n))));
    expect(known.filter(Boolean).length).toBeLessThan(45);
    expect(known.at(-1)).toBe(true);
  });

  test('is done once: the same text gives the same document', () => {
    const documents = new Documents(schema, ADMISSION_LIMITS, []);
    const read = () => {
      const found = documents.read('{ viewer { id } }');
      return 'document' in found ? found.document : null;
    };
    const first = read();
    expect(first).not.toBeNull();
    expect(read()).toBe(first);
  });

  test('tells what is wrong where it is no GraphQL, or not of this schema', () => {
    const documents = new Documents(schema, ADMISSION_LIMITS, []);
    expect(documents.read('{ viewer { id } ')).toMatchObject({ faults: [expect.any(GraphQLError)] });
    expect(documents.read('{ viewer { ' + '~' + ' }')).toMatchObject({ faults: [expect.any(GraphQLError)] });
    expect(documents.read('{ wiever { id } }')).toMatchObject({
      faults: [{ message: expect.stringMatching(/wiever/) }],
    });
  });

  test('is answered with its faults, each with its place, and what may have been meant', async () => {
    const { status, data, errors } = await gateway.send('{ viewr { id } users { nodes { nam } } }');
    expect([status, data]).toEqual([400, null]);
    const extensions = { code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.any(String) };
    expect(errors).toEqual([
      {
        message: 'Cannot query field "viewr" on type "Query". Did you mean "viewer" or "user"?',
        locations: [{ line: 1, column: 3 }],
        extensions,
      },
      {
        message: 'Cannot query field "nam" on type "User". Did you mean "name"?',
        locations: [{ line: 1, column: 32 }],
        extensions,
      },
    ]);
  });

  test('is refused where a fragment holds itself, with what validation would say and the place of it', async () => {
    const circle =
      '{ user(id: "a") { ...A } } fragment A on User { ...B } fragment B on User { groups { members { nodes { ...A } } } }';
    expect(readCounting(circle)).toMatchObject({ validations: 0 });
    const answer = await gateway.send(circle);
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([
      {
        message: 'Cannot spread fragment "A" within itself via "B".',
        locations: [
          { line: 1, column: expect.any(Number) },
          { line: 1, column: expect.any(Number) },
        ],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });
});

describe('what is asked in earnest passes', () => {
  test.each([
    ...OPERATIONS,
    {
      name: 'the introspection query of all tools',
      query: getIntrospectionQuery({
        inputValueDeprecation: true,
        oneOf: true,
        specifiedByUrl: true,
        schemaDescription: true,
        directiveIsRepeatable: true,
      }),
    },
  ])('$name', async ({ query }) => {
    const answer = await gateway.send(query);
    expect(answer.status).toBe(200);
    for (const { extensions } of answer.errors) expect(extensions['code']).toMatch(/^UPSTREAM_|^NOT_FOUND/);
  });

  test('a query of real depth 5 that is made of eleven fragments, nested and used again', async () => {
    const query = `
      query Screen { ...OfQuery }
      fragment OfQuery on Query { user(id: "ann") { ...Card ...Access } }
      fragment Card on User { ...Name ...Roles ...Contact }
      fragment Name on User { ...Id displayName name }
      fragment Id on User { ...Key }
      fragment Key on User { id }
      fragment Roles on User { roles { ...RoleName } }
      fragment RoleName on Role { ...RoleId displayName }
      fragment RoleId on Role { id }
      fragment Contact on User { contact { kind value } }
      fragment Access on User { ...Name grants { target { entity { ...Name ...RoleName } } } }`;
    expect(parse(query).definitions).toHaveLength(11);
    server.on('GET /api/users/ann', json({ id: 'ann', name: 'Ann', roles: [{ name: 'ADMIN' }], groups: [] }));
    server.on('GET /api/roles/ADMIN', json({ name: 'ADMIN', permissions: [] }));
    server.on(
      'GET /api/users/ann/permissions',
      json({ grantedAccess: [{ target: { type: 'ROLE', id: 'ADMIN' }, access: ['READ'] }] }),
    );
    const strict = await GatewayUnderTest.start(server.url, { limits: { documentDepth: 5 } });
    try {
      const answer = await strict.send(query);
      expect(answer.errors).toEqual([]);
      expect(answer.data.user).toEqual({
        id: 'ann',
        displayName: 'Ann',
        name: 'Ann',
        roles: [{ id: 'ADMIN', displayName: 'ADMIN' }],
        contact: [],
        grants: [{ target: { entity: { id: 'ADMIN', displayName: 'ADMIN' } } }],
      });
    } finally {
      await strict.stop();
    }
  });
});
