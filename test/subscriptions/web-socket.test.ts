import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Front, startFront } from './front.ts';
import { RawSocket, refusedUpgrade, type SocketOptions } from './raw-socket.ts';

const CONFIGURED = 'https://app.example.com';

let api: EmbeddedApi;
let admin: string;
let front: Front;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
  front = await startFront(api.url, { corsOrigins: [CONFIGURED], limits: { streamsPerSocket: 3 } });
});
const sockets: RawSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await front.followers(0);
  api.log.length = 0;
});
afterAll(async () => {
  await front.stop();
  await api.stop();
});

async function open(options?: SocketOptions): Promise<RawSocket> {
  const socket = await RawSocket.open(front.socketEndpoint, options);
  sockets.push(socket);
  return socket;
}

async function signedIn(options?: SocketOptions): Promise<RawSocket> {
  const socket = await RawSocket.init(front.socketEndpoint, admin, options);
  sockets.push(socket);
  return socket;
}

const SAID = 'subscription { said { text } }';

describe('a socket', () => {
  test('gets each event once, until it unsubscribes', async () => {
    const socket = await signedIn();
    socket.subscribe('a', SAID);
    await front.followers(1);
    front.sayings.say('one');
    expect(await socket.next()).toEqual({
      id: 'a',
      type: 'next',
      payload: { data: { said: { text: 'one' } } },
    });
    front.sayings.say('two');
    expect(await socket.next()).toMatchObject({ payload: { data: { said: { text: 'two' } } } });
    socket.send({ id: 'a', type: 'complete' });
    await front.followers(0);
    front.sayings.say('three');
    socket.subscribe('b', '{ greeting }');
    expect(await socket.next()).toMatchObject({ id: 'b', payload: { data: { greeting: 'hello' } } });
  });

  test('is checked once, however many streams it has, and an event is checked once for all of them', async () => {
    const calm = await startFront(api.url, { limits: { tokenCheckMs: 60_000 } });
    onTestFinished(() => calm.stop());
    const socket = await RawSocket.init(calm.socketEndpoint, admin);
    for (const id of ['a', 'b']) socket.subscribe(id, 'subscription { said { viewerId } }');
    await calm.followers(2);
    expect(api.log).toEqual(['GET /api/token/userInfo?claims=true']);
    calm.sayings.say('read by the resolvers');
    await socket.next();
    await socket.next();
    expect(api.log.splice(0)).toEqual(['GET /api/token/userInfo?claims=true', 'GET /api/token/userInfo']);

    for (const id of ['a', 'b']) socket.send({ id, type: 'complete' });
    await calm.followers(0);
    for (const id of ['c', 'd']) socket.subscribe(id, SAID);
    await calm.followers(2);
    calm.sayings.say('read from nowhere');
    await socket.next();
    await socket.next();
    expect(api.log).toEqual(['GET /api/token/userInfo?claims=true']);
  });

  test('shares an execution with those who ask the same with the same token, and with nobody else', async () => {
    const { id } = await api.call<{ id: string }>('POST', '/applications', admin, { name: 'app' });
    const key = await api.call<Record<'id' | 'secret', string>>(
      'POST',
      `/applications/${id}/accessKeys`,
      admin,
    );
    const [one, same] = [await signedIn(), await signedIn()];
    const foreign = await RawSocket.init(front.socketEndpoint, await api.signIn(key.id, key.secret));
    sockets.push(foreign);
    const query = 'subscription Q($after: String) { said(after: $after) { viewerId requestId } }';
    const earlier = front.sayings.say('earlier');
    one.subscribe('same', query);
    // From then on the document is known.
    await front.followers(1);
    for (const socket of [same, foreign]) socket.subscribe('same', query);
    one.subscribe('document', 'subscription { said { viewerId requestId } }');
    one.subscribe('variables', query, { after: earlier });
    await front.followers(5);
    api.log.length = 0;
    front.sayings.say('one');
    const said = async (socket: RawSocket) => {
      const { id: operation, payload } = await socket.next();
      return { operation, ...payload.data.said };
    };
    const own = [await said(one), await said(one), await said(one)];
    const executionOf = (name: string) => own.find(({ operation }) => operation === name).requestId;
    expect(await said(same)).toMatchObject({ requestId: executionOf('same'), viewerId: own[0].viewerId });
    expect(new Set(own.map(({ requestId }) => requestId)).size).toBe(3);
    const others = await said(foreign);
    expect(others.viewerId).toBe(`app:${id}`);
    expect(own.map(({ viewerId }) => viewerId)).not.toContain(others.viewerId);
    expect(others.requestId).not.toBe(executionOf('same'));
    // Each token reads once for the event, however many ask.
    expect(api.log.filter((call) => call === 'GET /api/token/userInfo')).toHaveLength(2);
  });

  test('runs queries and mutations, too', async () => {
    const socket = await signedIn();
    socket.subscribe('q', 'query ($skip: Boolean!) { greeting viewerId @skip(if: $skip) }', { skip: true });
    expect(await socket.next()).toEqual({ id: 'q', type: 'next', payload: { data: { greeting: 'hello' } } });
    expect(await socket.next()).toEqual({ id: 'q', type: 'complete' });
    socket.subscribe('m', 'mutation { say(text: "over a socket") }');
    expect(await socket.next()).toMatchObject({ payload: { data: { say: 'over a socket' } } });
  });

  test('gets the errors of a document that does not fit as those of a query', async () => {
    const socket = await signedIn();
    for (const query of ['subscription { nope }', 'subscription {', '{ nope }']) {
      socket.subscribe('x', query);
      const { type, payload } = await socket.next();
      expect(type).toBe('error');
      expect(payload).toMatchObject([
        { locations: [{ line: 1 }], extensions: { requestId: expect.any(String) } },
      ]);
      expect(payload[0].extensions.code).toMatch(/^GRAPHQL_(VALIDATION|PARSE)_FAILED$/);
    }
  });

  test('gets the error of a subscription that does not open, masked where it is a bug', async () => {
    const socket = await signedIn();
    socket.subscribe('a', 'subscription { refused }');
    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [
        { message: 'This one never opens.', path: ['refused'], extensions: { code: 'BAD_USER_INPUT' } },
      ],
    });
    socket.subscribe('b', 'subscription { broken }');
    const { payload } = await socket.next();
    expect(payload).toMatchObject([{ path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(payload)).not.toContain('CANARY');
    const { requestId } = payload[0].extensions;
    expect(front.logged.filter((line) => line['requestId'] === requestId)).toMatchObject([{ level: 50 }]);
  });

  test('gets an event with a masked error below its root, and a stream ends where the root fails', async () => {
    const socket = await signedIn();
    socket.subscribe('a', 'subscription { said { text fails requestId } }');
    await front.followers(1);
    front.sayings.say('one');
    const { payload } = await socket.next();
    expect(payload.data.said).toMatchObject({ text: 'one', fails: null });
    expect(payload.errors).toMatchObject([
      { path: ['said', 'fails'], extensions: { requestId: payload.data.said.requestId } },
    ]);
    socket.send({ id: 'a', type: 'complete' });
    await front.followers(0);

    socket.subscribe('b', 'subscription { breaks { text } }');
    await front.followers(1);
    front.sayings.say('two');
    expect(await socket.next()).toMatchObject({
      id: 'b',
      type: 'error',
      payload: [
        { path: ['breaks'], extensions: { code: 'INTERNAL_SERVER_ERROR', cursor: expect.any(String) } },
      ],
    });
  });

  test('is sent nothing of what its caller skips, and a live view only when it changes', async () => {
    const socket = await signedIn();
    socket.subscribe('mine', 'subscription { toMe }');
    socket.subscribe('view', 'subscription { initial }');
    await front.followers(2);
    for (const text of ['for nobody', 'for nobody again', 'to somebody']) {
      front.sayings.say(text);
      await setTimeout(50);
    }
    expect(socket.messages.slice(1)).toEqual([
      { id: 'view', type: 'next', payload: { data: { initial: 'f' } } },
      { id: 'view', type: 'next', payload: { data: { initial: 't' } } },
    ]);
  });

  test('runs so many operations and no more', async () => {
    const socket = await signedIn();
    for (const id of ['a', 'b', 'c', 'd']) socket.subscribe(id, SAID);
    expect(await socket.next()).toMatchObject({
      id: 'd',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_STREAMS' } }],
    });
    socket.send({ id: 'a', type: 'complete' });
    await front.followers(2);
    socket.subscribe('e', SAID);
    await front.followers(3);
  });

  test('may use an id again when it has completed it', async () => {
    const socket = await signedIn();
    for (const text of ['one', 'two']) {
      socket.subscribe('a', SAID);
      await front.followers(1);
      front.sayings.say(text);
      expect(await socket.next()).toMatchObject({ id: 'a', payload: { data: { said: { text } } } });
      socket.send({ id: 'a', type: 'complete' });
      await front.followers(0);
    }
  });
});

describe('a client that leaves', () => {
  test.each(['completes', 'closes'])('ends the reads of its operation when it %s', async (how) => {
    const upstream = await MisbehavingServer.start();
    const gone = Promise.withResolvers<void>();
    upstream.on(
      'GET /api/token/userInfo?claims=true',
      (response) => void response.writeHead(200, JSON_TYPE).end('{"id":"ann"}'),
    );
    upstream.on('GET /api/users/ann', (response) => void response.once('close', gone.resolve));
    const other = await startFront(upstream.url);
    onTestFinished(async () => {
      await other.stop();
      await upstream.stop();
    });
    const socket = await RawSocket.init(other.socketEndpoint, 'token');
    socket.subscribe('a', 'subscription { userNamed(id: "ann") }');
    await other.followers(1);
    other.sayings.say('one');
    await upstream.received(2);
    if (how === 'closes') socket.close();
    else socket.send({ id: 'a', type: 'complete' });
    await gone.promise;
    await other.followers(0);
    socket.close();
  });
});

describe('the protocol of graphql-ws', () => {
  test('closes with 4400 what is no message', async () => {
    for (const message of ['{', '{"type":"nonsense"}', '{"type":"subscribe"}', '[]']) {
      const socket = await open();
      socket.send(message);
      expect(await socket.closed).toMatchObject({ code: 4400 });
    }
    const socket = await open();
    socket.send({ type: 'connection_init', payload: { 'X-Authorization': 7 } });
    expect(await socket.closed).toMatchObject({ code: 4400 });
  });

  test('closes with 4401 who subscribes before it was let in', async () => {
    const socket = await open();
    socket.subscribe('a', SAID);
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  test('closes with 4403 who has no token, or one that the upstream refuses', async () => {
    for (const payload of [
      undefined,
      {},
      { authorization: 'Bearer forged' },
      { 'x-authorization': 'forged' },
    ]) {
      const socket = await open();
      socket.send({ type: 'connection_init', payload });
      expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
    }
  });

  test('closes with 4408 who never says who it is', async () => {
    const socket = await open();
    const since = performance.now();
    expect(await socket.closed).toMatchObject({ code: 4408 });
    expect(performance.now() - since).toBeLessThan(5000);
  });

  test('closes with 4409 who uses the id of an operation under way', async () => {
    const socket = await signedIn();
    socket.subscribe('a', SAID);
    socket.subscribe('a', SAID);
    expect(await socket.closed).toMatchObject({ code: 4409 });
  });

  test('closes with 4429 who says twice who it is', async () => {
    const socket = await signedIn();
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toMatchObject({ code: 4429 });
  });

  test('closes with 4406 who speaks another one', async () => {
    const socket = await open({ protocol: null });
    expect(await socket.closed).toMatchObject({ code: 4406 });
  });

  test('closes with 1009 a message that is longer than a body may be', async () => {
    const socket = await signedIn();
    socket.subscribe('a', `{ greeting } #${'x'.repeat(20_000)}`);
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test('answers pings, and pings itself', async () => {
    const socket = await open();
    socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 1 } });
    const restless = await startFront(api.url, { limits: { streamKeepAliveMs: 50 } });
    const other = await RawSocket.init(restless.socketEndpoint, admin);
    await new Promise((resolve) => other.socket.once('ping', resolve));
    const deaf = await RawSocket.init(restless.socketEndpoint, admin);
    // A client that is there no more does not say so either.
    deaf.socket.pause();
    await setTimeout(200);
    deaf.socket.resume();
    expect(await deaf.closed).toMatchObject({ code: 1006 });
    other.close();
    await restless.stop();
  });
});

describe('a token', () => {
  test.each([
    'Authorization',
    'authorization',
    'X-Authorization',
    'x-AUTHORIZATION',
  ])('is taken from the connection parameter %s', async (name) => {
    const socket = await open();
    socket.send({ type: 'connection_init', payload: { [name]: `Bearer ${admin}` } });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
  });

  test('is taken from the headers of the upgrade, unless the parameters hold one', async () => {
    const headers = { 'x-authorization': admin };
    const socket = await open({ headers });
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    const forged = await open({ headers });
    forged.send({ type: 'connection_init', payload: { authorization: 'Bearer forged' } });
    expect(await forged.closed).toMatchObject({ code: 4403 });
  });
});

describe('an upgrade', () => {
  test('is refused for pages of a foreign origin, in JSON', async () => {
    for (const origin of ['https://evil.example.com', 'null', `${CONFIGURED}.evil.example`]) {
      const { status, body } = await refusedUpgrade(front.socketEndpoint, { origin });
      expect(status).toBe(403);
      expect(body).toMatchObject({ errors: [{ extensions: { requestId: expect.any(String) } }] });
    }
  });

  test('is answered for our own pages, for Sandbox and for configured origins', async () => {
    for (const origin of [front.url, 'https://studio.apollographql.com', CONFIGURED]) {
      await signedIn({ headers: { origin } });
    }
  });

  test('is refused elsewhere than on /graphql', async () => {
    expect(await refusedUpgrade(`${front.socketEndpoint}/x`)).toMatchObject({ status: 404 });
  });

  test('is refused when as many sockets are held as may be', async () => {
    const small = await startFront(api.url, { limits: { streams: 2 } });
    const held = [
      await RawSocket.init(small.socketEndpoint, admin),
      await RawSocket.init(small.socketEndpoint, admin),
    ];
    expect(await refusedUpgrade(small.socketEndpoint)).toMatchObject({ status: 503 });
    held[0]?.close();
    await held[0]?.closed;
    await RawSocket.init(small.socketEndpoint, admin);
    await small.stop();
  });

  test('is followed by 4429 when as many sockets are held for the token as may be', async () => {
    const small = await startFront(api.url, { limits: { streamsPerCaller: 1 } });
    await RawSocket.init(small.socketEndpoint, admin);
    const second = await RawSocket.open(small.socketEndpoint);
    second.send({ type: 'connection_init', payload: { authorization: `Bearer ${admin}` } });
    expect(await second.closed).toMatchObject({ code: 4429 });
    await small.stop();
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
