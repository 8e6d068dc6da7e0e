import type { IncomingHttpHeaders } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openTracing } from '../../src/gateway/telemetry/tracing/open-tracing.ts';
import { createLogger } from '../../src/logger.ts';
import { EVENT_STREAM, RawStream } from '../subscriptions/raw-stream.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { attribute, draw, type ExportedSpan, startCollector } from './collector.ts';
import { type HeaderProxy, startHeaderProxy } from './header-proxy.ts';

const USERS = Array.from({ length: 15 }, (_, index) => `user${index}`);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

interface Traced {
  readonly spans: readonly ExportedSpan[];
  /** The headers of the REST calls. */
  readonly headers: readonly IncomingHttpHeaders[];
  readonly logLines: readonly string[];
}

/**
 * Does something with a stack of 15 users in two groups that exports its traces.
 *
 * @returns what was exported by the time that the gateway had stopped.
 */
async function traced(act: (stack: Stack) => Promise<void>): Promise<Traced> {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
  const tracing = await openTracing('json', '1.2.3', createLogger('silent'));
  let proxy: HeaderProxy | undefined;
  const stack = await startStack({
    between: async (apiUrl) => {
      proxy = await startHeaderProxy(apiUrl);
      return proxy.url;
    },
    changes: {
      file: ':memory:',
      history: { rows: 100, ageMs: 60_000 },
      backlog: 100,
      watch: null,
    },
    gateway: { observers: [tracing.observer], logOperations: 'all' },
  });
  for (const id of USERS) await stack.call('PUT', `/api/users/${id}`, { name: id });
  await stack.call('PUT', '/api/groups/eng', { description: 'Engineering', roles: ['USER'] });
  await stack.call('PUT', '/api/groups/ops', { description: 'Operations', roles: [] });
  await stack.call('POST', '/api/groups/eng/users', USERS);
  await stack.call('POST', '/api/groups/ops/users', USERS.slice(0, 3));
  try {
    await act(stack);
  } finally {
    await stack.stop();
    await proxy?.stop();
    await tracing.close();
  }
  return { spans: collector.spans(), headers: proxy?.headers ?? [], logLines: stack.logLines };
}

/** Sends a query with headers of its own. */
async function send({ url, admin }: Stack, query: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}`, ...headers },
    body: JSON.stringify({ query }),
  });
  expect(response.status).toBe(200);
}

test('the trace of a linked query shows its batches as one would draw them on paper', async () => {
  const users = USERS.map((id, index) => `u${index}: user(id: "${id}") { name groups { description } }`);
  const { spans } = await traced(async (stack) => {
    await stack.data(`query Everybody { ${users.join(' ')} }`);
  });
  expect(draw(spans)).toEqual([
    'query Everybody',
    '  batch groups',
    '    GET /api/groups/{id}',
    '    GET /api/groups/{id}',
    '  batch users',
    '    GET /api/users',
  ]);
  const named = (name: string) => spans.find((span) => span.name === name) as ExportedSpan;
  const [users15, groups2, list] = ['batch users', 'batch groups', 'GET /api/users'].map(named) as [
    ExportedSpan,
    ExportedSpan,
    ExportedSpan,
  ];
  expect(attribute(users15, 'rolegraph.batch.records')).toBe('15');
  expect(attribute(users15, 'rolegraph.batch.way')).toBe('LIST');
  expect(attribute(groups2, 'rolegraph.batch.records')).toBe('2');
  expect(attribute(groups2, 'rolegraph.batch.way')).toBe('SINGLES');
  expect(attribute(list, 'http.request.method')).toBe('GET');
  expect(attribute(list, 'url.template')).toBe('/api/users');
  expect(attribute(list, 'http.response.status_code')).toBe('200');
  expect(attribute(list, 'rolegraph.reason')).toBe('LIST_INSTEAD_OF_SINGLES');
  const operation = named('query Everybody');
  expect(attribute(operation, 'graphql.operation.type')).toBe('query');
  expect(attribute(operation, 'rolegraph.rest_calls')).toBe('3');
  // What began later, and what ended before: first the users, then their groups, and the operation around both.
  expect(Number(users15.endTimeUnixNano)).toBeLessThanOrEqual(Number(groups2.startTimeUnixNano));
  expect(Number(operation.startTimeUnixNano)).toBeLessThanOrEqual(Number(users15.startTimeUnixNano));
  expect(Number(operation.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(groups2.endTimeUnixNano));
});

test('the same operation has the same trace when it is known, and its calls are no part of another', async () => {
  const { spans } = await traced(async (stack) => {
    for (let i = 0; i < 3; i += 1) await stack.data('query One { group(id: "eng") { description } }');
  });
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  expect(traces.size).toBe(3);
  for (const trace of traces.values()) {
    expect(draw(trace)).toEqual(['query One', '  batch groups', '    GET /api/groups/{id}']);
  }
});

test('a trace goes on with that of the client, and the upstream is told of it', async () => {
  const { spans, headers, logLines } = await traced((stack) =>
    send(stack, 'query Mine { groups { totalCount } }', {
      traceparent: `00-${TRACE}-${CALLER}-01`,
      tracestate: 'vendor=value',
    }),
  );
  const [call, operation] = ['GET /api/groups', 'query Mine'].map((name) =>
    spans.find((span) => span.name === name),
  );
  expect(operation).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
  expect(headers.map(({ traceparent, tracestate }) => [traceparent, tracestate])).toEqual([
    [`00-${TRACE}-${call?.spanId}-01`, 'vendor=value'],
  ]);
  const lines = logLines.map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ operation: 'Mine', traceId: TRACE }));
});

test('what the client does not want to have traced is not exported, and the upstream is told so', async () => {
  const { spans, headers } = await traced((stack) =>
    send(stack, '{ groups { totalCount } }', { traceparent: `00-${TRACE}-${CALLER}-00` }),
  );
  expect(spans).toEqual([]);
  expect(headers.map(({ traceparent }) => traceparent)).toEqual([
    expect.stringMatching(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`)),
  ]);
});

test('a call that fails is an error of its own span, and of the operation only where the upstream is at fault', async () => {
  const { spans } = await traced(async (stack) => {
    await stack.query('query Unknown { group(id: "nobody") { description } }');
    await stack.query('query Stranger { groups { totalCount } }', { token: 'no-token' });
    await stack.query('query Wrong { nonsense }');
  });
  const told = spans.map((span) => [
    span.name,
    span.status.code,
    attribute(span, 'error.type') ?? attribute(span, 'rolegraph.error_codes'),
  ]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['GET /api/groups/{id}', 2, '404'],
      ['query Unknown', 0, undefined],
      ['GET /api/groups', 2, '401'],
      ['query Stranger', 0, 'UNAUTHENTICATED'],
      ['operation', 0, 'GRAPHQL_VALIDATION_FAILED'],
    ]),
  );
});

test('a read that joins the call of another operation is no call', async () => {
  const { spans, headers } = await traced(async (stack) => {
    await Promise.all(Array.from({ length: 20 }, () => stack.data('query Many { groups { totalCount } }')));
  });
  const calls = spans.filter(({ name }) => name === 'GET /api/groups');
  const shared = spans.filter(({ name }) => name === 'shared GET /api/groups');
  expect(calls).toHaveLength(headers.length);
  expect(calls.length + shared.length).toBe(20);
  expect(shared.length).toBeGreaterThan(0);
});

test('what is done for a stream later has traces of its own, linked to that of its client', async () => {
  const { spans } = await traced(async (stack) => {
    const stream = await RawStream.open(
      `${stack.url}/graphql`,
      'subscription Follow { groupUpdated(id: "eng") { description } }',
      {
        accept: EVENT_STREAM,
        authorization: `Bearer ${stack.admin}`,
        traceparent: `00-${TRACE}-${CALLER}-01`,
      },
    );
    expect(await stream.next()).toMatchObject({ data: { groupUpdated: { description: 'Engineering' } } });
    stream.leave();
  });
  const opening = spans.filter(({ traceId }) => traceId === TRACE);
  expect(draw(opening)[0]).toBe('subscription Follow');
  const event = spans.find(({ name }) => name === 'stream event');
  expect(draw(spans.filter(({ traceId }) => traceId === event?.traceId))).toEqual([
    'stream event',
    '  batch groups',
    '    GET /api/groups/{id}',
  ]);
  expect(event?.links?.map(({ traceId }) => traceId)).toEqual([TRACE]);
  const check = spans.find(({ name }) => name === 'stream token check');
  expect(draw(spans.filter(({ traceId }) => traceId === check?.traceId))).toEqual([
    'stream token check',
    '  GET /api/token/userInfo',
  ]);
  expect(check?.links?.map(({ traceId }) => traceId)).toEqual([TRACE]);
});
