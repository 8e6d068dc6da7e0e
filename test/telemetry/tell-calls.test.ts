import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Stack, startStack } from '../support/start-stack.ts';

const upstream = z.object({
  restCalls: z.int(),
  ms: z.number(),
  calls: z.array(
    z.object({
      upstream: z.string(),
      method: z.string(),
      route: z.string(),
      status: z.union([z.int(), z.string(), z.null()]),
      startMs: z.number(),
      ms: z.number(),
      reason: z.string(),
      records: z.int().optional(),
    }),
  ),
});
const withCalls = z.object({ extensions: z.object({ upstream }) });

async function send(
  stack: Stack,
  query: string,
  headers: Record<string, string> = { 'x-upstream-calls': '1' },
) {
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.admin}`, ...headers },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

describe('an answer to a client that asks for its REST calls', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ gateway: { tellCalls: true } });
    const members = Array.from({ length: 15 }, (_, index) => `user${index}`);
    for (const id of members) await stack.call('PUT', `/api/users/${id}`, { name: id });
    await stack.call('PUT', '/api/groups/eng', { description: 'Engineering', roles: [] });
    await stack.call('POST', '/api/groups/eng/users', members);
  });
  afterAll(() => stack.stop());

  async function callsOf(query: string) {
    return withCalls.parse(JSON.parse(await send(stack, query))).extensions.upstream;
  }

  test('lists just the calls that arrived upstream, every time it is sent', async () => {
    for (let i = 0; i < 3; i += 1) {
      stack.rest.clear();
      const { restCalls, calls } = await callsOf(
        '{ group(id: "eng") { description members { totalCount } } }',
      );
      expect(restCalls).toBe(stack.rest.sorted.length);
      expect(
        calls.map(({ method, route, status, reason }) => [method, route, status, reason]).sort(),
      ).toEqual([
        ['GET', '/api/groups/{id}', 200, 'SINGLE'],
        ['GET', '/api/groups/{id}/users', 200, 'READ'],
      ]);
      for (const { startMs, ms } of calls) expect(Math.min(startMs, ms)).toBeGreaterThanOrEqual(0);
    }
  });

  test('tells that a list was read instead of single records, and how many were asked for', async () => {
    const users = Array.from({ length: 15 }, (_, index) => `u${index}: user(id: "user${index}") { name }`);
    const { calls } = await callsOf(`{ ${users.join(' ')} }`);
    expect(calls).toMatchObject([{ route: '/api/users', reason: 'LIST_INSTEAD_OF_SINGLES', records: 15 }]);
  });

  test('tells writes, and the status of what was refused', async () => {
    const { calls } = await callsOf('mutation { deleteGroup(id: "nothing") { deletedId } }');
    expect(calls).toMatchObject([{ method: 'DELETE', route: '/api/groups/{id}', reason: 'WRITE' }]);
  });

  test('tells calls that were shared, which are none', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => callsOf('{ groups { totalCount } }')));
    const reasons = answers.flatMap(({ calls }) => calls.map(({ reason }) => reason));
    expect(reasons).toHaveLength(20);
    expect(reasons).toContain('SHARED');
    for (const { restCalls, calls } of answers) {
      expect(restCalls).toBe(calls.filter(({ reason }) => reason !== 'SHARED').length);
    }
  });

  test('holds neither ids nor tokens in its extensions', async () => {
    const { calls } = await callsOf('{ group(id: "eng") { description } user(id: "user1") { name } }');
    expect(JSON.stringify(calls)).not.toMatch(/eng"|user1|Bearer/);
  });

  test('is as it always was without the header', async () => {
    expect(await send(stack, '{ groups { totalCount } }', {})).not.toContain('extensions');
  });
});

test('where it is not allowed, the header changes nothing', async () => {
  const stack = await startStack();
  onTestFinished(() => stack.stop());
  expect(await send(stack, '{ groups { totalCount } }')).toBe(
    await send(stack, '{ groups { totalCount } }', {}),
  );
});
