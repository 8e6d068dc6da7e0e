import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sharedSignIn } from '../../../src/gateway/credentials/shared-sign-in.ts';
import { path } from '../../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../../src/gateway/upstream/reading/shape.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { never, waitingFor } from '../bad-answers.ts';
import { json, MisbehavingServer } from '../misbehaving-server.ts';
import { clientOf, upstreamFor } from '../rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const asIs = (body: unknown) => body;

describe('the answer is never later than the deadline and a tenth of a second', () => {
  /** An address that answers nothing, whatever is sent to it (RFC 5737). */
  const NOWHERE = 'http://192.0.2.1:81';

  test.each<[what: string, url: () => string]>([
    ['takes calls and never answers', () => server.url],
    ['lets nobody connect', () => NOWHERE],
  ])('of an upstream that %s', async (_, url) => {
    for (const call of ['GET /api/users/a', 'GET /api/users?apps=false', 'DELETE /api/users/a']) {
      server.on(call, never);
    }
    const limits = { operationMs: 600, callMs: 250, connectMs: 200, repeats: 2, pauseMs: 1000 };
    const gateway = await GatewayUnderTest.start(url(), { limits });
    try {
      for (const query of [
        '{ user(id: "a") { name } users { nodes { id } } }',
        'mutation { deleteUser(id: "a") { deletedId } }',
      ]) {
        // The first time the document is new, which has nothing to do with the upstream.
        await gateway.send(query);
        // A clock that is slowed down by the same machine.
        const deadline = pause(limits.operationMs).then(() => performance.now());
        const { errors } = await gateway.send(query);
        const answeredAt = performance.now();
        expect(answeredAt - (await deadline)).toBeLessThan(100);
        expect(errors.length).toBeGreaterThan(0);
      }
    } finally {
      await gateway.stop();
    }
  });

  test('of a sign-in that takes its time', async () => {
    const upstream = upstreamFor(server.url);
    const credential = sharedSignIn(() => new Promise(() => {}), Date.now);
    // A clock that is slowed down by the same machine.
    const deadline = pause(100).then(() => performance.now());
    const read = clientOf(upstream, { credential, limits: { operationMs: 100 } }).get(path`/api/a`, asIs);
    await expect(read).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(performance.now() - (await deadline)).toBeLessThan(100);
  });
});

describe('a client that leaves', () => {
  test('takes a read along that waits for a connection', async () => {
    server.on('GET /api/busy', never).on('GET /api/waits', json({}));
    const upstream = upstreamFor(server.url, { guard: { connections: 1 } });
    const [stays, leaves] = [new AbortController(), new AbortController()];
    const busy = clientOf(upstream, { clientGone: stays.signal }).get(path`/api/busy`, asIs);
    await server.received(1);
    const waits = clientOf(upstream, { clientGone: leaves.signal }).get(path`/api/waits`, asIs);
    const cancelled = expect(waits).rejects.toMatchObject({ code: 'CANCELLED' });
    await pause(0);
    leaves.abort();
    await cancelled;
    expect(upstream.guard.queue.length).toBe(0);
    stays.abort();
    await expect(busy).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(server.log).toEqual(['GET /api/busy']);
  });

  test('takes a read along that is about to be repeated', async () => {
    server.on('GET /api/a', json({}, 503, { 'retry-after': '1' }), json({}));
    const upstream = upstreamFor(server.url, { guard: { repeats: 2 } });
    const leaves = new AbortController();
    const read = clientOf(upstream, { clientGone: leaves.signal }).get(path`/api/a`, asIs);
    const cancelled = expect(read).rejects.toMatchObject({ code: 'CANCELLED' });
    await server.received(1);
    await pause(50);
    leaves.abort();
    await cancelled;
    await pause(1200);
    expect(server.log).toHaveLength(1);
  });

  test('leaves a write to be finished, and repeated', async () => {
    server.on('PUT /api/a', json({}, 503), json({}));
    const leaves = new AbortController();
    const upstream = upstreamFor(server.url, { guard: { repeats: 2 } });
    const client = clientOf(upstream, { clientGone: leaves.signal });
    const written = client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/a`, nothing);
    await server.received(1);
    leaves.abort();
    await expect(written).resolves.toBeUndefined();
    expect(server.log).toHaveLength(2);
  });
});

describe('calls that wait for a connection', () => {
  test('of a small operation do not wait for all those of a large one', async () => {
    const order: string[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server.on('GET /api/first', waitingFor(gate, json({})));
    for (let n = 0; n < 20; n += 1) server.on(`GET /api/large/${n}`, json({}));
    server.on('GET /api/small', json({}));
    const upstream = upstreamFor(server.url, { guard: { connections: 1 } });
    const note = (name: string) => () => void order.push(name);
    const large = clientOf(upstream);
    const reads = [large.get(path`/api/first`, asIs)];
    for (let n = 0; n < 20; n += 1) {
      reads.push(large.get(path`/api/large/${String(n)}`, asIs).finally(note('large')));
    }
    reads.push(clientOf(upstream).get(path`/api/small`, asIs).finally(note('small')));
    await server.received(1);
    open();
    await Promise.all(reads);
    expect(order.indexOf('small')).toBeLessThanOrEqual(2);
  });

  test('are refused past a bound, with an error that says what to do', async () => {
    server.on('GET /api/0', never);
    const upstream = upstreamFor(server.url, { guard: { connections: 1, queuedCalls: 2 } });
    const gone = new AbortController();
    const client = clientOf(upstream, { clientGone: gone.signal });
    const reads = [0, 1, 2, 3].map((n) => client.get(path`/api/${String(n)}`, asIs));
    const outcomes = Promise.allSettled(reads);
    await expect(reads[3]).rejects.toMatchObject({
      code: 'UPSTREAM_OVERLOADED',
      message: 'Too many calls wait for the authorization API. Try again in a moment.',
    });
    gone.abort();
    await outcomes;
  });

  test('get the place of one that was given up', async () => {
    server.on('GET /api/a', never).on('GET /api/b', json({ id: 'b' }));
    const upstream = upstreamFor(server.url, { guard: { connections: 1, callMs: 60 } });
    const [stuck, next] = [clientOf(upstream), clientOf(upstream)];
    const first = expect(stuck.get(path`/api/a`, asIs)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await next.get(path`/api/b`, asIs)).toEqual({ id: 'b' });
    await first;
  });
});
