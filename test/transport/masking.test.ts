import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { badUserInput, formatError } from '../../src/gateway/graph/kit/errors.ts';
import { OperationContext } from '../../src/gateway/operation/context.ts';
import { createExecutor } from '../../src/gateway/operation/execution/executor.ts';
import { reportErrors } from '../../src/gateway/operation/report-errors.ts';
import { STREAM_LIMITS } from '../../src/gateway/subscriptions/limits.ts';
import { Streams } from '../../src/gateway/subscriptions/streams.ts';
import { WriteBarrier } from '../../src/gateway/subscriptions/write-barrier.ts';
import { createApp } from '../../src/gateway/transport/http/app.ts';
import { openUpstream } from '../../src/gateway/upstream/upstream.ts';
import { createLogger } from '../../src/logger.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';
import { sharedParts } from '../support/shared-parts.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Answer, GatewayUnderTest, readAnswer } from './gateway-under-test.ts';

const MASKED = 'Something went wrong inside the gateway. The request id finds it in the log.';

const typeDefs = `#graphql
  type Query {
    fine: String
    throws: String
    throwsText: String
    rejects: String
    required: Wrapper
    wrongType: Int
    ours: String
  }
  type Wrapper { must: String! }
`;

const resolvers = {
  Query: {
    fine: () => 'fine',
    throws: () => {
      throw new TypeError('CANARY: cannot read properties of undefined');
    },
    throwsText: () => {
      throw 'CANARY';
    },
    rejects: async () => {
      throw new GraphQLError('CANARY', { originalError: new Error('CANARY') });
    },
    required: () => ({ must: null }),
    wrongType: () => 'CANARY',
    ours: () => {
      throw badUserInput('first must be from 1 to 1000.');
    },
  },
};

const NO_STREAMS = new Streams({
  createContext: () => {
    throw new Error('nobody asks for streams here');
  },
  readRights: async () => new Set(),
  pay: async () => {},
  format: () => [],
  gate: new WriteBarrier(),
  limits: STREAM_LIMITS,
  now: Date.now,
});

const limits = { restCalls: 1, operationMs: 1000, ...LONG_WORK_LIMITS };
const logged: Record<string, unknown>[] = [];
let stop: () => Promise<void>;
let url: string;

/** The gateway's front, error table and log, with resolvers that are broken on purpose. */
beforeAll(async () => {
  const logger = createLogger('debug', { write: (line) => logged.push(JSON.parse(line)) });
  const upstream = openUpstream({
    name: 'upstream',
    url: 'http://127.0.0.1:9',
    connectMs: 1000,
    callMs: 1000,
    repeats: 0,
    pauseMs: 0,
    connections: 1,
    queuedCalls: 1,
    ...LONG_WORK_LIMITS,
    responseBytes: 1000,
    memoryBytes: 0,
    shareReads: false,
  });
  const shared = sharedParts(upstream, upstream, limits);
  const executor = createExecutor(makeExecutableSchema({ typeDefs, resolvers }));
  const apollo = new ApolloServer<OperationContext>({
    gateway: executor,
    formatError,
    includeStacktraceInErrorResponses: false,
    plugins: [reportErrors(logger)],
  });
  await apollo.start();
  const app = await createApp({
    apollo,
    executor,
    admission: { admitKnown: async () => true },
    createContext: ({ id, whenClientLeaves }) => {
      if (id === 'no-context') throw new RangeError('CANARY');
      return new OperationContext(shared, {
        id,
        headers: {},
        credential: null,
        address: '192.0.2.1',
        whenClientLeaves,
      });
    },
    streams: NO_STREAMS,
    corsOrigins: () => [],
    trustedProxies: [],
    requestBytes: 10_000,
    headersMs: 10_000,
    requestMs: 30_000,
    host: '127.0.0.1',
    logger,
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  stop = async () => {
    await app.close();
    await apollo.stop();
    await upstream.close();
  };
});
afterEach(() => {
  logged.length = 0;
});
afterAll(() => stop());

async function ask(query: string, headers: Record<string, string> = {}): Promise<Answer> {
  const body = JSON.stringify({ query });
  const all = { 'content-type': 'application/json', ...headers };
  return readAnswer(await fetch(`${url}/graphql`, { method: 'POST', headers: all, body }));
}

describe('a bug', () => {
  test.each([
    ['throws', 'throws'],
    ['throwsText', 'throwsText'],
    ['rejects', 'rejects'],
    ['wrongType', 'wrongType'],
  ])('that %s is masked, leaves its siblings, and is logged once under the request id', async (field) => {
    const got = await ask(`{ fine ${field} }`);
    const requestId = got.headers.get('x-request-id');
    expect(got.data).toEqual({ fine: 'fine', [field]: null });
    expect(got.errors).toEqual([
      {
        message: MASKED,
        path: [field],
        locations: [{ line: 1, column: 8 }],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      },
    ]);
    expect(got.text).not.toContain('CANARY');
    const reports = logged.filter(({ msg }) => msg === 'a resolver failed');
    expect(reports).toMatchObject([{ level: 50, requestId, path: [field] }]);
    expect(JSON.stringify(reports)).toContain('CANARY');
  });

  test('that answers null where something must be is masked too', async () => {
    const got = await ask('{ fine required { must } }');
    expect(got.data).toEqual({ fine: 'fine', required: null });
    expect(got.errors).toMatchObject([{ message: MASKED, path: ['required', 'must'] }]);
    expect(logged.filter(({ msg }) => msg === 'a resolver failed')).toHaveLength(1);
  });

  test('before there is an operation is masked, and logged under the request id', async () => {
    const got = await ask('{ fine }', { 'x-request-id': 'no-context' });
    expect(got.status).toBe(500);
    expect(got.text).not.toContain('CANARY');
    expect(got.errors).toMatchObject([
      { message: MASKED, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'no-context' } },
    ]);
    expect(JSON.stringify(logged.filter(({ level }) => level === 50))).toMatch(/no-context.*CANARY/);
  });
});

test('what was meant to be shown is shown, and is not logged', async () => {
  const got = await ask('{ fine ours }');
  expect(got.errors).toMatchObject([
    { message: 'first must be from 1 to 1000.', path: ['ours'], extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(logged).toEqual([]);
});

describe('in the whole gateway', () => {
  test('an upstream value that no field can hold is masked, and what is beside it stays', async () => {
    const server = await MisbehavingServer.start();
    const gateway = await GatewayUnderTest.start(server.url);
    try {
      server.on('POST /api/token', json({ token: 't0k', expiresIn: 1e12 }));
      const got = await gateway.send(
        'mutation { generateToken(input: { keyId: "k", keySecret: "s" }) { token expiresInSeconds } }',
      );
      expect(got.data).toEqual({ generateToken: { token: 't0k', expiresInSeconds: null } });
      expect(got.errors).toMatchObject([{ message: MASKED, path: ['generateToken', 'expiresInSeconds'] }]);
      const requestId = got.headers.get('x-request-id');
      expect(gateway.logged).toContainEqual(expect.objectContaining({ level: 50, requestId }));
    } finally {
      await gateway.stop();
      await server.stop();
    }
  });

  test.each([
    ['query ($id: ID = "x") { user(id: $id) { id } }', { id: null }],
    ['query ($id: ID) { subject(by: { user: $id }) { id } }', {}],
  ])("an argument that turns out faulty late is the client's fault, not a bug: %s", async (query, variables) => {
    const server = await MisbehavingServer.start();
    const gateway = await GatewayUnderTest.start(server.url);
    try {
      const got = await gateway.send(query, variables);
      expect(got.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(got.errors[0]?.message).toMatch(/^Argument /);
      expect(gateway.logged.filter(({ level }) => level === 50)).toEqual([]);
      expect(server.log).toEqual([]);
    } finally {
      await gateway.stop();
      await server.stop();
    }
  });
});
