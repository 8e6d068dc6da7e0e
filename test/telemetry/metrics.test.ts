import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Observation } from '../../src/gateway/operation/observation/observation.ts';
import { openAdmin } from '../../src/gateway/telemetry/admin/admin.ts';
import { createLogger } from '../../src/logger.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { scrape, total } from './scrape.ts';

const ON_A_FREE_PORT = { host: '127.0.0.1', port: 0 };

describe('the metrics of a gateway', () => {
  let stack: Stack;
  beforeAll(async () => {
    const changes = { file: ':memory:', history: { rows: 100, ageMs: 3_600_000 }, backlog: 10, watch: null };
    stack = await startStack({ changes, gateway: { admin: ON_A_FREE_PORT } });
    for (const id of ['ann', 'bob', 'eve']) await stack.call('PUT', `/api/users/${id}`, { name: id });
    await stack.call('PUT', '/api/groups/eng', { description: 'Engineering', roles: [] });
    await stack.call('POST', '/api/groups/eng/users', ['ann', 'bob', 'eve']);
  });
  afterAll(() => stack.stop());

  /** What scrapes before and after tell of an operation. */
  async function countedBy(act: () => Promise<unknown>) {
    const before = await scrape(stack.adminUrl);
    await act();
    const after = await scrape(stack.adminUrl);
    return (name: string, labels = {}) => total(after, name, labels) - total(before, name, labels);
  }

  test('count operations on the long way and on the short one alike, with their REST calls', async () => {
    const counted = await countedBy(async () => {
      for (let i = 0; i < 5; i += 1) await stack.data('query Team { group(id: "eng") { id description } }');
    });
    const team = { operation: 'Team', type: 'query', outcome: 'ok' };
    expect(counted('rolegraph_operations_total', team)).toBe(5);
    expect(counted('rolegraph_operation_duration_seconds_count', { type: 'query' })).toBe(5);
    const route = { method: 'GET', route: '/api/groups/{id}' };
    expect(counted('rolegraph_rest_calls_total', { ...route, status: '200' })).toBe(5);
    expect(counted('rolegraph_rest_call_duration_seconds_bucket', { ...route, le: '+Inf' })).toBe(5);
    expect(counted('rolegraph_operation_rest_calls_bucket', { le: '1' })).toBe(5);
    expect(counted('rolegraph_operation_rest_calls_bucket', { le: '0' })).toBe(0);
  });

  test('count errors by code, and operations that are none', async () => {
    const counted = await countedBy(async () => {
      await stack.query('{ viewer { id } group(id: "eng") { id description } }', { token: 'nonsense' });
      await stack.query('{ noSuchField }');
      await stack.query('{ group(id: "eng") {');
    });
    expect(counted('rolegraph_errors_total', { code: 'UNAUTHENTICATED' })).toBeGreaterThan(0);
    expect(counted('rolegraph_errors_total', { code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1);
    expect(counted('rolegraph_errors_total', { code: 'GRAPHQL_PARSE_FAILED' })).toBe(1);
    expect(counted('rolegraph_operations_total', { operation: 'none', outcome: 'failed' })).toBe(2);
    expect(counted('rolegraph_rest_calls_total', { status: '401' })).toBeGreaterThan(0);
  });

  test('tell how many records came together, and which way', async () => {
    const counted = await countedBy(() =>
      stack.data(
        '{ a: user(id: "ann") { name } b: user(id: "bob") { name } c: user(id: "nobody") { name } }',
      ),
    );
    expect(counted('rolegraph_batch_records_count', { kind: 'users' })).toBe(1);
    expect(counted('rolegraph_batch_records_sum', { kind: 'users' })).toBe(3);
  });

  test('count reads that were shared once as a call and once as shared', async () => {
    const counted = await countedBy(() =>
      Promise.all(Array.from({ length: 20 }, () => stack.data('{ groups { totalCount } }'))),
    );
    const calls = counted('rolegraph_rest_calls_total', { route: '/api/groups' });
    expect(calls + counted('rolegraph_shared_rest_calls_total')).toBe(20);
  });

  test('count streams that are open, and how they ended', async () => {
    const leaving = new AbortController();
    const counted = await countedBy(async () => {
      const stream = await fetch(`${stack.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${stack.admin}`,
        },
        body: JSON.stringify({ query: 'subscription { groupUpdated(id: "eng") { id } }' }),
        signal: leaving.signal,
      });
      await stream.body?.getReader().read();
    });
    expect(counted('rolegraph_open_streams')).toBe(1);
    leaving.abort();
    await expect.poll(async () => total(await scrape(stack.adminUrl), 'rolegraph_open_streams')).toBe(0);
    const ended = await scrape(stack.adminUrl);
    expect(total(ended, 'rolegraph_stream_ends_total', { code: 'none' })).toBe(1);
  });

  test('hold no id, no name of a person and no token', async () => {
    await stack.data('{ user(id: "ann") { name grants { access } groups { id } } }');
    const text = await (await fetch(`${stack.adminUrl}/metrics`)).text();
    for (const secret of ['ann', 'eng"', 'Engineering', stack.admin]) expect(text).not.toContain(secret);
  });

  test('are all that the Grafana dashboard asks for, and each is on it and in the docs', async () => {
    await stack.data('mutation { deleteGroup(id: "nothing") { deletedId } }');
    const dashboard = readFileSync(new URL('../../dashboards/rolegraph.json', import.meta.url), 'utf8');
    const panels: { targets?: { expr: string }[] }[] = JSON.parse(dashboard).panels;
    const asked = panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(?:rolegraph|process|nodejs)_[a-z0-9_]+/g) ?? []),
    );
    const text = await (await fetch(`${stack.adminUrl}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => ({ name, type }));
    const there = types.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !there.includes(name))).toEqual([]);
    const ours = types.map(({ name }) => name).filter((name) => name.startsWith('rolegraph_'));
    const documented = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const inTable = [...documented.matchAll(/^\| `(rolegraph_\w+)`/gm)].map(([, name]) => name);
    expect(inTable).toEqual(expect.arrayContaining(ours));
    expect(inTable).toHaveLength(ours.length);
    expect(ours.filter((name) => !asked.some((other) => other.startsWith(name)))).toEqual([]);
  });
});

test('10,000 made-up names of operations make no more than 2,000 series', async () => {
  const admin = await openAdmin({ admin: ON_A_FREE_PORT, logger: createLogger('silent') });
  onTestFinished(() => admin.close());
  const observation = new Observation(admin.observers);
  for (let i = 0; i < 10_000; i += 1) {
    const { definitions } = parse(`query N${i}${'x'.repeat(i % 200)} { viewer { id } }`);
    const [definition] = definitions;
    if (definition?.kind !== 'OperationDefinition') throw new Error('no operation');
    observation
      .start({ id: `r${i}`, headers: {} })
      ?.ended(definition, i % 3 === 0 ? ['NOT_FOUND'] : [], i % 2 === 0);
  }
  const samples = await scrape(String(admin.url));
  expect(total(samples, 'rolegraph_operations_total')).toBe(10_000);
  expect(total(samples, 'rolegraph_operations_total', { operation: 'other' })).toBe(9_900);
  expect(samples.length).toBeLessThan(2_000);
});
