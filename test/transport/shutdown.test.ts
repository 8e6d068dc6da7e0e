import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitingFor } from '../upstream/bad-answers.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const READ = '{ user(id: "ann") { name } }';

describe('a gateway that is stopped', () => {
  test('finishes the operation under way, and takes no new one', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server.on('GET /api/users/ann', waitingFor(gate, json({ id: 'ann', name: 'Ann' })));
    const gateway = await GatewayUnderTest.start(server.url);
    const underWay = gateway.send(READ);
    await server.received(1);

    let stopped = false;
    const stopping = gateway.stop().then(() => {
      stopped = true;
    });
    await expect(refused(gateway)).resolves.toBe(true);
    expect(stopped).toBe(false);

    open();
    const answer = await underWay;
    expect(answer.data).toEqual({ user: { name: 'Ann' } });
    await stopping;
    expect(server.log).toEqual(['GET /api/users/ann']);
  });

  test('finishes a mutation with all its parts', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server
      .on('PUT /api/users/ann', waitingFor(gate, json({})))
      .on('GET /api/users/ann', json({ id: 'ann', name: 'Ann' }))
      .on('DELETE /api/users/bob', json({}));
    const gateway = await GatewayUnderTest.start(server.url);
    const underWay = gateway.send(
      'mutation { upsertUser(id: "ann", input: { name: "Ann" }) { user { name } } deleteUser(id: "bob") { deletedId } }',
    );
    await server.received(1);
    const stopping = gateway.stop();
    open();
    const answer = await underWay;
    expect(answer.data).toEqual({
      upsertUser: { user: { name: 'Ann' } },
      deleteUser: { deletedId: 'bob' },
    });
    await stopping;
    expect(server.log).toEqual(['PUT /api/users/ann', 'GET /api/users/ann', 'DELETE /api/users/bob']);
  });

  test('does not wait for connections that nobody uses', async () => {
    server.on('GET /api/users/ann', json({ id: 'ann', name: 'Ann' }));
    const gateway = await GatewayUnderTest.start(server.url);
    await gateway.send(READ);
    await gateway.stop();
    await expect(refused(gateway)).resolves.toBe(true);
  });

  test('nor for those over which nothing was ever sent', async () => {
    const gateway = await GatewayUnderTest.start(server.url, {
      limits: { headersMs: 600_000, requestMs: 600_000 },
    });
    const reserve = connect(Number(new URL(gateway.url).port));
    await once(reserve, 'connect');
    await Promise.all([once(reserve, 'close'), gateway.stop()]);
  });
});

describe('a client that hangs up', () => {
  test('takes its reads along', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    server.on('GET /api/users/ann', (response) => void response.once('close', close));
    const gateway = await GatewayUnderTest.start(server.url);
    const leaving = new AbortController();
    const left = expect(
      fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: READ }),
        signal: leaving.signal,
      }),
    ).rejects.toThrow();
    await server.received(1);
    leaving.abort();
    await left;
    await closed;
    await gateway.stop();
    expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

/** Tells whether a new connection is turned away: refused, or answered with 503. */
async function refused(gateway: GatewayUnderTest): Promise<boolean> {
  const answer = await gateway.send(READ, {}, { connection: 'close' }).catch(() => null);
  return answer === null || answer.status === 503;
}
