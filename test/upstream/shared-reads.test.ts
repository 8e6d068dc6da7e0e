import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callerCredential, workflowCallerCredential } from '../../src/gateway/credentials/caller.ts';
import { readCredential } from '../../src/gateway/credentials/sent-credential.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../src/gateway/upstream/reading/shape.ts';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';
import { tokenFor } from '../support/tokens.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { waitingFor } from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer } from './misbehaving-server.ts';
import { type ClientOptions, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const ANN = path`/api/users/ann`;
const CALL = 'GET /api/users/ann';
const asIs = (body: unknown) => body;

/** Something to wait for, and the way to let it happen. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: () => resolve() };
}

/** Reads Ann as an operation of its own. */
function readAnn(upstream: Upstream, token: string | null = 't', options: ClientOptions = {}) {
  return clientOf(upstream, {
    credential: callerCredential(token === null ? null : tokenFor(token)),
    ...options,
  }).get(ANN, asIs);
}

/** Lets everything run that needs no answer: a call that is going to be made has been made after this. */
const settled = async (upstream: Upstream): Promise<void> => {
  const before = server.calls.length;
  await clientOf(upstream)
    .get(path`/api/settled`, asIs)
    .catch(() => {});
  await server.received(before + 1);
};

describe('operations that read the same at the same time', () => {
  test('share one call where path and credential are the same', async () => {
    const { promise, open } = gate();
    server.on(CALL, waitingFor(promise, json({ id: 'ann' })));
    const upstream = upstreamFor(server.url);
    const reads = [readAnn(upstream), readAnn(upstream), readAnn(upstream)];
    await server.received(1);
    reads.push(readAnn(upstream));
    await settled(upstream);
    open();
    expect(await Promise.all(reads)).toEqual(Array(4).fill({ id: 'ann' }));
    expect(server.log.filter((call) => call === CALL)).toHaveLength(1);
  });

  test('ask again once there is an answer: it is no cache', async () => {
    server.on(CALL, json({ n: 1 }), json({ n: 2 }));
    const upstream = upstreamFor(server.url);
    expect([await readAnn(upstream), await readAnn(upstream)]).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test.each<[string, string | null, string | null]>([
    ['another token', 'token-1', 'token-2'],
    ['a token that differs in case only', 'Token', 'token'],
    ['a token that begins with the other', 'token', 'token2'],
    ['no token', 'token', null],
  ])('never share with %s', async (_, one, other) => {
    server.on(CALL, (response, call) =>
      json({ for: call.headers['x-authorization'] ?? null })(response, call),
    );
    const upstream = upstreamFor(server.url);
    expect(await Promise.all([readAnn(upstream, one), readAnn(upstream, other)])).toEqual([
      { for: one },
      { for: other },
    ]);
    expect(server.log).toEqual([CALL, CALL]);
  });

  test('share whatever header brought the token, for upstream is sent the same', async () => {
    const { promise, open } = gate();
    server.on(CALL, waitingFor(promise, json({ id: 'ann' })));
    const upstream = upstreamFor(server.url);
    const variants = [
      { 'x-authorization': 'tok' },
      { 'x-authorization': 'Bearer tok' },
      { authorization: 'Bearer tok' },
      { authorization: 'bearer   tok' },
      { authorization: ' BEARER\t tok\t' },
      { authorization: 'Bearer tok', 'x-authorization': 'tok' },
    ];
    const reads = variants.map((headers) => readAnn(upstream, readCredential(headers)?.authorization));
    await settled(upstream);
    open();
    await Promise.all(reads);
    expect(server.log.filter((call) => call === CALL)).toHaveLength(1);
    expect(server.calls.find(({ path: to }) => to === ANN.text)?.headers['x-authorization']).toBe('tok');
  });

  test('do not share where the same token signs under another header', async () => {
    server.on(CALL, json({}));
    const upstream = upstreamFor(server.url);
    const engine = workflowCallerCredential(tokenFor('tok'));
    await Promise.all([readAnn(upstream, 'tok'), readAnn(upstream, null, { credential: engine })]);
    expect(server.log).toEqual([CALL, CALL]);
  });

  test('do not share another path, nor another question to the same path', async () => {
    server.on(CALL, json({})).on('GET /api/users/ANN', json({})).on('POST /api/users/ann', json({}));
    const upstream = upstreamFor(server.url);
    const client = () => clientOf(upstream, { credential: callerCredential(tokenFor('t')) });
    await Promise.all([
      readAnn(upstream),
      client().get(path`/api/users/ANN`, asIs),
      client().ask(ANN, asIs, { page: 1 }),
      client().ask(ANN, asIs, { page: 2 }),
      client().ask(ANN, asIs, { page: 2 }),
    ]);
    expect(server.calls.map(({ method, body }) => method + body).sort()).toEqual([
      'GET',
      'GET',
      'POST{"page":1}',
      'POST{"page":2}',
    ]);
  });

  test('share a failure, which is not kept', async () => {
    const { promise, open } = gate();
    server.on(CALL, waitingFor(promise, json({ message: 'No' }, 403)), json({ id: 'ann' }));
    const upstream = upstreamFor(server.url);
    const reads = [readAnn(upstream), readAnn(upstream)];
    await settled(upstream);
    open();
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes).toMatchObject([{ reason: { status: 403 } }, { reason: { status: 403 } }]);
    expect(await readAnn(upstream)).toEqual({ id: 'ann' });
  });

  test('share nothing where that is off', async () => {
    server.on(CALL, json({}));
    const upstream = upstreamFor(server.url, { shareReads: false });
    await Promise.all([readAnn(upstream), readAnn(upstream)]);
    expect(server.log).toEqual([CALL, CALL]);
  });

  test('never share a write', async () => {
    server.on('PUT /api/users/ann', json({}));
    const upstream = upstreamFor(server.url);
    const write = () =>
      clientOf(upstream).write('IDEMPOTENT_BY_METHOD', 'PUT', ANN, nothing, { name: 'Ann' });
    await Promise.all([write(), write()]);
    expect(server.log).toHaveLength(2);
  });
});

describe('a read that begins after a write was acknowledged', () => {
  test.each([
    ['done', 200],
    ['refused', 409],
  ])('never joins one that began before it, the write being %s', async (_, status) => {
    const { promise, open } = gate();
    server.on(CALL, waitingFor(promise, json({ n: 'old' })), json({ n: 'new' }));
    server.on('PUT /api/users/ann', json({}, status));
    const upstream = upstreamFor(server.url);
    const before = readAnn(upstream);
    await server.received(1);
    const writer = clientOf(upstream, { credential: callerCredential(tokenFor('t')) });
    await writer.write('IDEMPOTENT_BY_METHOD', 'PUT', ANN, nothing, {}).catch(() => {});
    // The first read is still open, so only the barrier keeps these two from it.
    expect(await writer.get(ANN, asIs)).toEqual({ n: 'new' });
    expect(await readAnn(upstream)).toEqual({ n: 'new' });
    open();
    expect(await before).toEqual({ n: 'old' });
  });

  test('is shared by those that begin after it, also when the older read ends first', async () => {
    const [older, newer] = [gate(), gate()];
    server.on(
      CALL,
      waitingFor(older.promise, json({ n: 'old' })),
      waitingFor(newer.promise, json({ n: 'new' })),
    );
    server.on('PUT /api/users/ann', json({}));
    const upstream = upstreamFor(server.url);
    const before = readAnn(upstream);
    await server.received(1);
    await clientOf(upstream).write('IDEMPOTENT_BY_METHOD', 'PUT', ANN, nothing, {});
    const after = readAnn(upstream);
    await server.received(3);
    older.open();
    expect(await before).toEqual({ n: 'old' });
    const joined = readAnn(upstream);
    await settled(upstream);
    newer.open();
    expect([await after, await joined]).toEqual([{ n: 'new' }, { n: 'new' }]);
    expect(server.log.filter((call) => call === CALL)).toHaveLength(2);
  });

  test('through the whole gateway: a client reads its own write while a slow read is open', async () => {
    const { promise, open } = gate();
    const ann = (name: string) => json({ id: 'ann', name });
    server.on(CALL, waitingFor(promise, ann('Old')), ann('New')).on('PUT /api/users/ann', json({}));
    const gateway = await GatewayUnderTest.start(server.url);
    try {
      const slow = gateway.send('{ user(id: "ann") { name } }');
      await server.received(1);
      await gateway.send('mutation { upsertUser(id: "ann", input: {name: "New"}) { user { id } } }');
      const after = await gateway.send('{ user(id: "ann") { name } }');
      expect(after.data).toEqual({ user: { name: 'New' } });
      open();
      expect((await slow).data).toEqual({ user: { name: 'Old' } });
    } finally {
      open();
      await gateway.stop();
    }
  });
});

describe('operations that leave a shared read', () => {
  /** Answers when told to, and tells when its caller has hung up. */
  function watched() {
    const { promise, open } = gate();
    const hungUp = gate();
    let ended = false;
    const behaviour: Behaviour = async (response, call) => {
      response.once('close', () => {
        ended = !response.writableFinished;
        hungUp.open();
      });
      await promise;
      await json({ id: 'ann' })(response, call);
    };
    return { behaviour, open, hungUp: hungUp.promise, ended: () => ended };
  }

  test('leave the answer to the others', async () => {
    const { behaviour, open, ended } = watched();
    server.on(CALL, behaviour);
    const upstream = upstreamFor(server.url);
    const leavers = [new AbortController(), new AbortController()];
    const leaving = leavers.map(({ signal }) => readAnn(upstream, 't', { clientGone: signal }));
    const staying = readAnn(upstream);
    await server.received(1);
    for (const leaver of leavers) leaver.abort();
    expect(await Promise.allSettled(leaving)).toMatchObject([
      { reason: { name: 'CancelledError' } },
      { reason: { name: 'CancelledError' } },
    ]);
    await settled(upstream);
    expect(ended()).toBe(false);
    open();
    expect(await staying).toEqual({ id: 'ann' });
    expect(server.log.filter((call) => call === CALL)).toHaveLength(1);
  });

  test('end the call when the last of them leaves, and the next read is a call of its own', async () => {
    const { behaviour, hungUp, ended } = watched();
    server.on(CALL, behaviour, json({ id: 'new' }));
    const upstream = upstreamFor(server.url);
    const leavers = [new AbortController(), new AbortController(), new AbortController()];
    const leaving = leavers.map(({ signal }) => readAnn(upstream, 't', { clientGone: signal }));
    await server.received(1);
    for (const leaver of leavers) leaver.abort();
    await Promise.allSettled(leaving);
    await hungUp;
    expect(ended()).toBe(true);
    expect(await readAnn(upstream)).toEqual({ id: 'new' });
  });

  test('do so at their own deadline, which is not that of the others', async () => {
    const { behaviour, open } = watched();
    server.on(CALL, behaviour);
    const upstream = upstreamFor(server.url);
    const hasty = readAnn(upstream, 't', { limits: { operationMs: 50 } });
    const patient = readAnn(upstream);
    await expect(hasty).rejects.toMatchObject({ name: 'TimeoutError' });
    open();
    expect(await patient).toEqual({ id: 'ann' });
    expect(server.log).toEqual([CALL]);
  });

  test('pay for it from their own budget', async () => {
    const { behaviour, open } = watched();
    server.on(CALL, behaviour);
    const upstream = upstreamFor(server.url);
    const first = readAnn(upstream);
    await expect(readAnn(upstream, 't', { limits: { restCalls: 0 } })).rejects.toMatchObject({
      code: 'UPSTREAM_BUDGET_EXCEEDED',
    });
    open();
    expect(await first).toEqual({ id: 'ann' });
  });
});
