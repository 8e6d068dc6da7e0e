import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { GatewayLimits } from '../../src/gateway/options.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { scrape, total } from './scrape.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const READ = '{ user(id: "ann") { name } }';
const CALL = 'GET /api/users/ann';
const API = { upstream: 'authorization API' };

async function start(limits: Partial<GatewayLimits>) {
  const gateway = await GatewayUnderTest.start(server.url, {
    limits,
    admin: { host: '127.0.0.1', port: 0 },
    tellCalls: true,
  });
  onTestFinished(() => gateway.stop());
  const value = async (name: string, labels: Record<string, string> = {}) =>
    total(await scrape(String(gateway.adminUrl)), `rolegraph_${name}`, labels);
  return { gateway, value };
}

describe('what goes wrong upstream is told by metrics:', () => {
  test('calls that were made once more, also in the answer to whoever asks', async () => {
    const { gateway, value } = await start({ repeats: 2 });
    server.on(CALL, json({}, 503), json({}, 503), json({ id: 'ann', name: 'Ann' }));
    const answer = await gateway.send(READ, {}, { 'x-upstream-calls': '1' });
    expect(answer.data).toEqual({ user: { name: 'Ann' } });
    const told = z
      .object({ extensions: z.object({ upstream: z.object({ calls: z.array(z.looseObject({})) }) }) })
      .parse(JSON.parse(answer.text)).extensions.upstream.calls;
    expect(told).toMatchObject([
      { reason: 'SINGLE', status: 503 },
      { reason: 'REPEATED', status: 503 },
      { reason: 'REPEATED', status: 200 },
    ]);
    expect(await value('repeated_rest_calls_total', { ...API, method: 'GET' })).toBe(2);
    expect(await value('rest_calls_total', API)).toBe(3);
  });

  test('calls that were not, for want of budget', async () => {
    const { gateway, value } = await start({ repeats: 2 });
    server.on(CALL, json({}, 503));
    for (let n = 0; n < 8; n += 1) await gateway.send(READ);
    // Ten repeats are there at first, and eight calls have not earned another.
    expect(await value('repeated_rest_calls_total', API)).toBe(10);
    expect(await value('retry_budget_refusals_total', API)).toBe(3);
  });

  test('circuit breakers: that of reads and that of writes, how they are, and how often they opened', async () => {
    const { gateway, value } = await start({ pauseMs: 100 });
    const state = (calls: string, one: string) =>
      value('circuit_breaker_state', { ...API, calls, state: one });
    expect([await state('reads', 'closed'), await state('reads', 'open')]).toEqual([1, 0]);
    server.on(CALL, json({}, 503));
    for (let n = 0; n < 10; n += 1) await gateway.send(READ);
    expect(await value('circuit_breaker_openings_total', { ...API, calls: 'reads' })).toBe(1);
    expect(await state('reads', 'closed')).toBe(0);
    expect(await state('writes', 'closed')).toBe(1);
    await expect.poll(() => state('reads', 'half_open')).toBe(1);
    server.reset();
    server.on(CALL, json({ id: 'ann', name: 'Ann' }));
    expect((await gateway.send(READ)).data).toEqual({ user: { name: 'Ann' } });
    expect(await state('reads', 'closed')).toBe(1);
    expect(await value('circuit_breaker_openings_total')).toBe(1);
    expect(await value('waiting_rest_calls', API)).toBe(0);
  });
});

test('operations that exceed a limit are told by metrics, with the limit', async () => {
  const { gateway, value } = await start({ operationCost: 100 });
  await gateway.send(`{ viewer { ${'id '.repeat(9000)} } }`);
  await gateway.send('{ users(first: 1000) { nodes { id } } }');
  await gateway.send('{ noSuchField }');
  expect(
    await value('refused_operations_total', { code: 'REQUEST_LIMIT_EXCEEDED', limit: 'documentMerges' }),
  ).toBe(1);
  expect(await value('refused_operations_total', { code: 'COST_LIMIT_EXCEEDED', limit: 'none' })).toBe(1);
  expect(await value('refused_operations_total')).toBe(2);
});
