import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callerCredential } from '../../src/gateway/credentials/caller.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing, object, text } from '../../src/gateway/upstream/reading/shape.ts';
import { tokenFor } from '../support/tokens.ts';
import { redirect } from './bad-answers.ts';
import { json, MisbehavingServer, text as plain } from './misbehaving-server.ts';
import { clientFor, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const user = path`/api/users/${'ann@example.com'}`;
const toUser = `/api/users/ann%40example.com`;
const idOf = (body: unknown): string => text(object(body, 'user')['id'], 'user.id');

describe('a read', () => {
  test('asks once for a path, however often and however closely it is wanted', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }));
    const client = clientFor(server.url);
    const together = await Promise.all([client.get(user, idOf), client.find(user, idOf)]);
    expect([...together, await client.get(user, idOf)]).toEqual(['ann', 'ann', 'ann']);
    expect(server.log).toEqual([`GET ${toUser}`]);
  });

  test('asks again in the next operation: nothing is kept for others', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }));
    await clientFor(server.url).get(user, idOf);
    await clientFor(server.url).get(user, idOf);
    expect(server.log).toHaveLength(2);
  });

  test('is parsed once for all callers who are answered by the same bytes, also where nobody knew them before', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann', note: 'x'.repeat(300) }));
    const upstream = upstreamFor(server.url);
    let parsed = 0;
    const read = (body: unknown) => {
      parsed += 1;
      return { id: idOf(body) };
    };
    const tokens = Array.from({ length: 40 }, (_, n) => callerCredential(tokenFor(`token-${n}`)));
    const readAll = () =>
      Promise.all(tokens.map((credential) => clientOf(upstream, { credential }).get(user, read)));
    const models = new Set([...(await readAll()), ...(await readAll())]);
    expect(server.log).toHaveLength(2 * tokens.length);
    expect([parsed, models.size]).toEqual([1, 1]);
  });

  test('asks now for what decides whether to write, whatever was read before or is being read', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }), json({ id: 'ann-now' }));
    const client = clientFor(server.url);
    const [before, now] = await Promise.all([client.find(user, idOf), client.findNow(user, idOf)]);
    expect([before, now]).toEqual(['ann', 'ann-now']);
    expect(server.log).toHaveLength(2);
  });

  test('does not repeat a failure either', async () => {
    server.on(`GET ${toUser}`, json({}, 503), json({ id: 'ann' }));
    const client = clientFor(server.url);
    await expect(client.get(user, idOf)).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', status: 503 });
    await expect(client.get(user, idOf)).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', status: 503 });
    expect(server.log).toHaveLength(1);
  });

  test('gives null for 404 where that is an answer, and an error where it is not', async () => {
    const client = clientFor(server.url);
    await expect(client.find(user, idOf)).resolves.toBeNull();
    await expect(client.get(user, idOf)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  test('sends no body and no type of one', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }));
    await clientFor(server.url).get(user, idOf);
    expect(server.calls[0]?.body).toBe('');
    expect(server.calls[0]?.headers).toMatchObject({ accept: 'application/json' });
    expect(Object.keys(server.calls[0]?.headers ?? {})).not.toContain('content-type');
  });

  test('does not follow a redirect, where a token would go to a stranger', async () => {
    server.on(`GET ${toUser}`, redirect(`${server.url}/api/users/else`));
    const client = clientFor(server.url, { credential: callerCredential(tokenFor('t0k')) });
    await expect(client.get(user, idOf)).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', status: 302 });
    expect(server.log).toEqual([`GET ${toUser}`]);
  });
});

describe('a write', () => {
  test('sends JSON, once', async () => {
    server.on('PUT /api/users/a', json({}));
    await clientFor(server.url).write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/users/a`, nothing, {
      name: 'Ann',
    });
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]).toMatchObject({
      body: '{"name":"Ann"}',
      headers: { 'content-type': 'application/json', 'content-length': '14' },
    });
  });

  test('is not repeated when the upstream fails', async () => {
    server.on('POST /api/applications', json({}, 503), json({ id: 'twice' }));
    const client = clientFor(server.url);
    await expect(
      client.write('NEVER_REPEATED', 'POST', path`/api/applications`, nothing, {}),
    ).rejects.toMatchObject({
      status: 503,
    });
    expect(server.log).toEqual(['POST /api/applications']);
  });

  test('sends a body with DELETE, and none at all where there is nothing to say', async () => {
    server.on('DELETE /api/auth/authorization', json({})).on('POST /api/groups/g/users/a', json({}));
    const client = clientFor(server.url);
    await client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/auth/authorization`, nothing, {
      access: ['READ'],
    });
    await client.write('IDEMPOTENT_BY_MEANING', 'POST', path`/api/groups/g/users/a`, nothing);
    expect(server.calls.map(({ body }) => body)).toEqual(['{"access":["READ"]}', '']);
    expect(server.calls[1]?.headers['content-type']).toBeUndefined();
  });

  test.each([
    ['an empty body', plain('', 'application/json')],
    ['{}', json({})],
    ['a plain sentence', plain('Deleted', 'text/plain')],
    ['204', plain('', 'text/plain', 204)],
  ])('takes %s for success', async (_, answer) => {
    server.on('DELETE /api/users/a', answer);
    const written = clientFor(server.url).write(
      'IDEMPOTENT_BY_METHOD',
      'DELETE',
      path`/api/users/a`,
      nothing,
    );
    await expect(written).resolves.toBeUndefined();
  });

  test('makes the operation forget what it read', async () => {
    server
      .on(`GET ${toUser}`, json({ id: 'before' }), json({ id: 'after' }))
      .on('DELETE /api/users/a', json({}));
    const client = clientFor(server.url);
    expect(await client.get(user, idOf)).toBe('before');
    await client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/users/a`, nothing);
    expect(await client.get(user, idOf)).toBe('after');
  });

  test('makes it forget after a failure as well, since nobody knows what was done', async () => {
    server.on(`GET ${toUser}`, json({ id: 'before' }), json({ id: 'after' }));
    const client = clientFor(server.url);
    let forgotten = 0;
    client.onWrite(() => {
      forgotten += 1;
    });
    expect(await client.get(user, idOf)).toBe('before');
    await expect(
      client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/users/a`, nothing),
    ).rejects.toMatchObject({ status: 404 });
    expect(await client.get(user, idOf)).toBe('after');
    expect(forgotten).toBe(1);
  });
});

describe('the base URL', () => {
  test.each(['', '/', '/api', '/api/'])('may end with %j', async (basePath) => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }));
    await expect(clientFor(server.url, { basePath }).get(user, idOf)).resolves.toBe('ann');
  });

  test.each(['/conductor', '/conductor/api'])('may lie below a folder: %s', async (basePath) => {
    server.on(`GET /conductor${toUser}`, json({ id: 'ann' }));
    await expect(clientFor(server.url, { basePath }).get(user, idOf)).resolves.toBe('ann');
  });
});

describe('the token', () => {
  test('goes upstream bare, as X-Authorization, and nowhere else', async () => {
    server.on(`GET ${toUser}`, json({ id: 'ann' }));
    await clientFor(server.url, { credential: callerCredential(tokenFor('t0k')) }).get(user, idOf);
    expect(server.calls[0]?.headers['x-authorization']).toBe('t0k');
    expect(server.calls[0]?.headers.authorization).toBeUndefined();
  });

  test('is absent when there is none: the upstream decides what that means', async () => {
    server.on(`GET ${toUser}`, json({ message: 'No token' }, 401));
    const read = clientFor(server.url).get(user, idOf);
    await expect(read).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: 'No token' });
    expect(server.calls[0]?.headers['x-authorization']).toBeUndefined();
  });
});
