import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../src/gateway/upstream/reading/shape.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

describe('the budget of an operation', () => {
  test('lets through as many calls as it holds, and sends none beyond', async () => {
    for (const id of ['a', 'b', 'c']) server.on(`GET /api/users/${id}`, json({ id }));
    const client = clientFor(server.url, { limits: { restCalls: 2 } });
    const [a, b, c] = await Promise.allSettled(
      ['a', 'b', 'c'].map((id) => client.get(path`/api/users/${id}`, nothing)),
    );
    expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(c).toMatchObject({ reason: { code: 'UPSTREAM_BUDGET_EXCEEDED' } });
    expect(server.log.sort()).toEqual(['GET /api/users/a', 'GET /api/users/b']);
  });

  test('says what to do about it', async () => {
    const read = clientFor(server.url, { limits: { restCalls: 0 } }).get(path`/api/users`, nothing);
    await expect(read).rejects.toThrow(
      'This operation needs more than 0 REST calls. Ask for smaller pages, or split the operation.',
    );
  });

  test('counts writes, and does not count what was read already', async () => {
    server.on('GET /api/users/a', json({})).on('DELETE /api/users/a', json({}));
    const client = clientFor(server.url, { limits: { restCalls: 2 } });
    for (let i = 0; i < 5; i += 1) await client.get(path`/api/users/a`, nothing);
    await client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/users/a`, nothing);
    const third = client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/users/a`, nothing);
    await expect(third).rejects.toMatchObject({ code: 'UPSTREAM_BUDGET_EXCEEDED' });
    expect(server.log).toEqual(['GET /api/users/a', 'DELETE /api/users/a']);
  });
});
