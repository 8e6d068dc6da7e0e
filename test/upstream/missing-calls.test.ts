import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const asIs = (body: unknown) => body;

describe('a call that not every server has', () => {
  test.each([
    404, 405,
  ])('is not asked for again, by no operation and of no record, after a %i', async (status) => {
    const upstream = upstreamFor(server.url);
    const ask = (id: string) =>
      clientOf(upstream).getOptional(path`/api/auth/subjects/ROLE/${id}/grants`, asIs);
    server.on('GET /api/auth/subjects/ROLE/a/grants', json({ status, message: 'No such call' }, status));
    server.on('GET /api/auth/subjects/ROLE/b/grants', json([]));
    for (const id of ['a', 'b', 'a']) await expect(ask(id)).rejects.toMatchObject({ status });
    expect(server.log).toEqual(['GET /api/auth/subjects/ROLE/a/grants']);
  });

  test('is asked for again where it only failed, or was refused to somebody', async () => {
    const upstream = upstreamFor(server.url);
    const ask = () => clientOf(upstream).getOptional(path`/api/auth/subjects/ROLE/${'a'}/grants`, asIs);
    const answers = [json({ message: 'no' }, 403), json({ message: 'down' }, 500), json([])];
    server.on('GET /api/auth/subjects/ROLE/a/grants', ...answers);
    await expect(ask()).rejects.toMatchObject({ status: 403 });
    await expect(ask()).rejects.toMatchObject({ status: 500 });
    expect(await ask()).toEqual([]);
  });

  test('is another call than one of another route', async () => {
    const upstream = upstreamFor(server.url);
    server
      .on('GET /api/users/a', json({ status: 404, message: 'No such call' }, 404))
      .on('GET /api/groups/a', json({}));
    await expect(clientOf(upstream).getOptional(path`/api/users/${'a'}`, asIs)).rejects.toThrow();
    expect(await clientOf(upstream).getOptional(path`/api/groups/${'a'}`, asIs)).toEqual({});
  });
});
