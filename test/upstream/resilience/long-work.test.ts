import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../../src/gateway/upstream/reading/shape.ts';
import type { Upstream } from '../../../src/gateway/upstream/upstream.ts';
import { never, waitingFor } from '../bad-answers.ts';
import { type Behaviour, json, MisbehavingServer } from '../misbehaving-server.ts';
import { clientOf, upstreamFor } from '../rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const asIs = (body: unknown) => body;
const things = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

/** Answers to calls that stay open until they are let go, in the order in which they came. */
function heldCalls() {
  const open: { readonly path: string; readonly letGo: () => void }[] = [];
  let most = 0;
  const behaviour: Behaviour = async (response, call) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open.push({ path: call.path, letGo: resolve });
    most = Math.max(most, open.length);
    await waitingFor(promise, json({}))(response, call);
  };
  return {
    behaviour,
    get most() {
      return most;
    },
    /** Lets the oldest call go; resolves to its path. */
    async letOneGo(): Promise<string> {
      while (open.length === 0) await turn();
      const { path: which, letGo } = open.shift() ?? { path: '', letGo() {} };
      letGo();
      return which;
    },
  };
}

function readAll(upstream: Upstream, all: readonly string[], clientGone?: AbortSignal): Promise<unknown> {
  const client = clientOf(upstream, { longWork: true, ...(clientGone && { clientGone }) });
  return client.forEach(all, (one) => client.get(path`/api/${one}`, asIs));
}

describe('long work', () => {
  test('of however many operations has no more calls under way than its share of the connections', async () => {
    const held = heldCalls();
    const works = [things('a', 12), things('b', 12), things('c', 12)];
    for (const one of works.flat()) server.on(`GET /api/${one}`, held.behaviour);
    const upstream = upstreamFor(server.url, { guard: { connections: 20, longWorkShare: 25 } });
    const done = Promise.all(works.map((all) => readAll(upstream, all)));
    await server.received(5);
    const order: string[] = [];
    for (const _ of works.flat()) order.push(await held.letOneGo());
    await done;
    expect(held.most).toBe(5);
    const firstOf = (name: string) => order.findIndex((one) => one.startsWith(`/api/${name}-`));
    // Operations take turns: the last to come has not waited for all of the others.
    expect(firstOf('c')).toBeLessThan(works.flat().length / 2);
  });

  test('has one connection at least', async () => {
    for (const one of things('a', 3)) server.on(`GET /api/${one}`, json({}));
    const upstream = upstreamFor(server.url, { guard: { connections: 1, longWorkShare: 1 } });
    await readAll(upstream, things('a', 3));
    expect(server.log).toHaveLength(3);
  });

  test('lets a call of another caller pass at once as long as there are other connections', async () => {
    const held = heldCalls();
    for (const one of things('a', 30)) server.on(`GET /api/${one}`, held.behaviour);
    server.on('GET /api/me', json({ id: 'me' }));
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 25 } });
    const done = readAll(upstream, things('a', 30));
    await server.received(2);
    expect(await clientOf(upstream).get(path`/api/me`, asIs)).toEqual({ id: 'me' });
    expect(server.log).toHaveLength(3);
    for (const _ of things('a', 30)) await held.letOneGo();
    await done;
  });

  test('comes before a call of another caller once at most, however many of its calls wait', async () => {
    const held = heldCalls();
    const works = things('work', 4).map((name) => things(name, 20));
    for (const one of [...works.flat(), 'me', ...things('crowd', 2)]) {
      server.on(`GET /api/${one}`, held.behaviour);
    }
    // All connections are taken, so that whoever comes has to wait.
    const upstream = upstreamFor(server.url, { guard: { connections: 2, longWorkShare: 100 } });
    const crowd = clientOf(upstream);
    const others = things('crowd', 2).map((one) => crowd.get(path`/api/${one}`, asIs));
    await server.received(2);
    const done = Promise.all(works.map((all) => readAll(upstream, all)));
    const mine = clientOf(upstream).get(path`/api/me`, asIs);
    await turn();
    await held.letOneGo();
    await held.letOneGo();
    await server.received(4);
    expect(server.log.slice(2)).toContain('GET /api/me');
    for (const _ of [...works.flat(), 'me']) await held.letOneGo();
    await Promise.all([done, mine, ...others]);
  });

  test('is never what a read in a hurry waits for, though both ask the same with the same token', async () => {
    const held = heldCalls();
    server.on('GET /api/me', held.behaviour, json({ id: 'me' })).on('GET /api/a', held.behaviour);
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 1 } });
    const done = readAll(upstream, ['a', 'me']);
    await server.received(1);
    const mine = clientOf(upstream).get(path`/api/me`, asIs);
    await server.received(2);
    await held.letOneGo();
    await held.letOneGo();
    expect(await mine).toEqual({});
    await done;
    expect(server.log).toEqual(['GET /api/a', 'GET /api/me', 'GET /api/me']);
  });

  test('asks nothing more once one call has failed', async () => {
    server.on('GET /api/a-0', json({ message: 'no' }, 403));
    for (const one of things('a', 40).slice(1)) server.on(`GET /api/${one}`, json({}));
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 25 } });
    await expect(readAll(upstream, things('a', 40))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await turn();
    expect(server.log.length).toBeLessThanOrEqual(4);
  });

  test('ends with its client, and what waited is never sent', async () => {
    for (const one of things('a', 40)) server.on(`GET /api/${one}`, never);
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 25 } });
    const gone = new AbortController();
    const done = expect(readAll(upstream, things('a', 40), gone.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await server.received(2);
    gone.abort();
    await done;
    expect(upstream.guard.longWork.queue.length).toBe(0);
    expect(server.log).toHaveLength(2);
  });

  test('has calls and time of its own', async () => {
    for (const one of things('a', 12)) server.on(`GET /api/${one}`, json({}));
    const upstream = upstreamFor(server.url);
    const limits = { restCalls: 3, operationMs: 100, longRestCalls: 10, longOperationMs: 60_000 };
    const read = (longWork: boolean, all: readonly string[]) => {
      const client = clientOf(upstream, { limits, longWork });
      return client.forEach(all, (one) => client.get(path`/api/${one}`, asIs));
    };
    await expect(read(false, things('a', 4))).rejects.toMatchObject({ code: 'UPSTREAM_BUDGET_EXCEEDED' });
    await read(true, things('a', 10));
    await expect(read(true, things('a', 11))).rejects.toMatchObject({ code: 'UPSTREAM_BUDGET_EXCEEDED' });
  });

  test('goes on past the deadline that its operation began with', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.on('GET /api/a', waitingFor(promise, json({})));
    const upstream = upstreamFor(server.url);
    const limits = { operationMs: 50, longOperationMs: 60_000 };
    const hurried = clientOf(upstream, { limits }).get(path`/api/a`, asIs);
    const long = clientOf(upstream, { limits, longWork: true }).get(path`/api/a`, asIs);
    await expect(hurried).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    resolve();
    expect(await long).toEqual({});
  });

  test('makes its writes within its share as well', async () => {
    const held = heldCalls();
    for (const one of things('a', 6)) server.on(`PUT /api/${one}`, held.behaviour);
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 25 } });
    const client = clientOf(upstream, { longWork: true });
    const writes = things('a', 6).map((one) =>
      client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/${one}`, nothing),
    );
    await server.received(2);
    for (const _ of writes) await held.letOneGo();
    await Promise.all(writes);
    expect(held.most).toBe(2);
  });

  test('is refused when the gateway stops, and what was sent is finished', async () => {
    const held = heldCalls();
    for (const one of things('a', 9)) server.on(`GET /api/${one}`, held.behaviour);
    const upstream = upstreamFor(server.url, { guard: { connections: 8, longWorkShare: 12 } });
    const done = expect(readAll(upstream, things('a', 9))).rejects.toMatchObject({ code: 'SERVER_SHUTDOWN' });
    await server.received(1);
    upstream.guard.longWork.queue.close();
    await held.letOneGo();
    await done;
    expect(server.log).toHaveLength(1);
  });
});

describe('what long work meets', () => {
  const fails: Behaviour = json({ message: 'no' }, 500);
  const guard = { connections: 40, longWorkShare: 50, pauseMs: 60_000 };

  async function failing(upstream: Upstream, longWork: boolean): Promise<void> {
    for (const one of things('bad', 20)) server.on(`GET /api/${one}`, fails);
    for (const one of things('bad', 20)) {
      await clientOf(upstream, { longWork })
        .get(path`/api/${one}`, asIs)
        .catch(() => null);
    }
  }

  test('keeps long work from its upstream for a while, and nobody else', async () => {
    const upstream = upstreamFor(server.url, { guard });
    await failing(upstream, true);
    server.on('GET /api/me', json({}));
    expect(await clientOf(upstream).get(path`/api/me`, asIs)).toEqual({});
    const refused = clientOf(upstream, { longWork: true }).get(path`/api/me`, asIs);
    await expect(refused).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect([upstream.guard.reads.state, upstream.guard.longWork.reads.state]).toEqual(['closed', 'open']);
    expect(server.log).toHaveLength(11);
  });

  test('does not use up the repeats of others', async () => {
    const upstream = upstreamFor(server.url, { guard: { ...guard, pauseMs: 0, repeats: 1 } });
    await failing(upstream, true);
    server.on('GET /api/me', fails, json({}));
    expect(await clientOf(upstream).get(path`/api/me`, asIs)).toEqual({});
  });

  test('is not even asked for where others found that the upstream keeps failing', async () => {
    const upstream = upstreamFor(server.url, { guard });
    await failing(upstream, false);
    const sent = server.log.length;
    await expect(readAll(upstream, ['a'])).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(server.log).toHaveLength(sent);
  });
});
