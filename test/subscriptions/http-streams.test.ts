import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Front, startFront } from './front.ts';
import { EVENT_STREAM, MULTIPART, RawStream } from './raw-stream.ts';

const CONFIGURED = 'https://app.example.com';
const SAID = 'subscription { said { text } }';

let api: EmbeddedApi;
let admin: string;
let front: Front;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
  front = await startFront(api.url, { corsOrigins: [CONFIGURED] });
});
const streams: RawStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.leave();
  await front.followers(0);
  api.log.length = 0;
});
afterAll(async () => {
  await front.stop();
  await api.stop();
});

async function open(accept: string, query = SAID, headers: Record<string, string> = {}): Promise<RawStream> {
  const all = { accept, authorization: `Bearer ${admin}`, ...headers };
  const stream = await RawStream.open(front.endpoint, query, all);
  streams.push(stream);
  return stream;
}

describe('server-sent events', () => {
  test('come as the protocol of graphql-sse has them', async () => {
    const stream = await open(EVENT_STREAM);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('cache-control')).toBe('no-store');
    expect(stream.headers.get('x-request-id')).toBeTruthy();
    front.sayings.say('one');
    expect(await stream.next()).toEqual({ data: { said: { text: 'one' } } });
    expect(stream.text).toBe(':\n\nevent: next\ndata: {"data":{"said":{"text":"one"}}}\n\n');
  });

  test('carry a query whose client accepts nothing else', async () => {
    const stream = await open(EVENT_STREAM, '{ greeting }');
    expect(await stream.rest()).toEqual([{ data: { greeting: 'hello' } }]);
    expect(stream.text).toMatch(/event: complete\ndata:\n\n$/);
  });
});

describe('multipart messages', () => {
  test('come as the protocol of Apollo has them', async () => {
    const stream = await open(MULTIPART);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe(
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    );
    front.sayings.say('one');
    expect(await stream.next()).toEqual({ payload: { data: { said: { text: 'one' } } } });
    expect(stream.text).toBe(
      '\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{"payload":{"data":{"said":{"text":"one"}}}}\r\n--graphql',
    );
  });
});

describe.each([
  ['server-sent events', EVENT_STREAM],
  ['multipart messages', MULTIPART],
])('a stream of %s', (_, accept) => {
  const payloadOf = (message: unknown) => Object(message).payload ?? message;

  test('has what a query has: masked errors, a request id for each event', async () => {
    const stream = await open(accept, 'subscription { said { text fails requestId } }', {
      'x-request-id': 'mine',
    });
    expect(stream.headers.get('x-request-id')).toBe('mine');
    front.sayings.say('one');
    const { data, errors } = payloadOf(await stream.next());
    expect(data.said).toEqual({ text: 'one', fails: null, requestId: 'mine.1' });
    expect(errors).toMatchObject([
      { path: ['said', 'fails'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine.1' } },
    ]);
    expect(stream.text).not.toContain('CANARY');
  });

  test('ends with the error and the cursor where an event could not be read', async () => {
    const stream = await open(accept, 'subscription { breaks { text } }');
    front.sayings.say('one');
    const [{ errors }] = await stream.rest();
    expect(errors).toMatchObject([
      { path: ['breaks'], extensions: { code: 'INTERNAL_SERVER_ERROR', cursor: expect.any(String) } },
    ]);
    expect(stream.text).toMatch(/(event: complete\ndata:\n\n|\r\n--graphql--\r\n)$/);
  });

  test('goes on after a cursor', async () => {
    const first = await open(accept, 'subscription { said { cursor } }');
    front.sayings.say('one');
    front.sayings.say('two');
    const { cursor } = payloadOf(await first.next()).data.said;
    const second = await open(accept, `subscription { said(after: "${cursor}") { text } }`);
    expect(payloadOf(await second.next())).toEqual({ data: { said: { text: 'two' } } });
  });

  test.each([
    ['a document that does not fit', 'subscription { nope }', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['no token', SAID, { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['a token that the upstream refuses', SAID, { authorization: 'Bearer forged' }, 401, 'UNAUTHENTICATED'],
    ['a subscription that does not open', 'subscription { refused }', {}, 400, 'BAD_USER_INPUT'],
    ['a bug', 'subscription { broken }', {}, 500, 'INTERNAL_SERVER_ERROR'],
  ])('is not opened for %s, which is said in JSON', async (_, query, headers, status, code) => {
    const refused = await open(accept, query, headers);
    expect(refused.status).toBe(status);
    expect(refused.headers.get('content-type')).toContain('application/json');
    await refused.rest();
    const requestId = refused.headers.get('x-request-id');
    expect(JSON.parse(refused.text)).toMatchObject({ errors: [{ extensions: { code, requestId } }] });
    expect(refused.text).not.toContain('CANARY');
  });

  test('is not opened for pages of a foreign origin', async () => {
    for (const origin of ['https://evil.example.com', 'null']) {
      const refused = await open(accept, SAID, { origin });
      expect(refused.status).toBe(403);
    }
    for (const origin of [front.url, CONFIGURED, 'https://studio.apollographql.com']) {
      expect((await open(accept, SAID, { origin })).status).toBe(200);
    }
  });

  test('is told to pages of a configured origin that it may be read', async () => {
    const stream = await open(accept, SAID, { origin: CONFIGURED });
    expect(stream.headers.get('access-control-allow-origin')).toBe(CONFIGURED);
  });

  test('says that it lives when there is nothing to say', async () => {
    const restless = await startFront(api.url, { limits: { streamKeepAliveMs: 30 } });
    onTestFinished(() => restless.stop());
    const stream = await RawStream.open(restless.endpoint, SAID, {
      accept,
      authorization: `Bearer ${admin}`,
    });
    setTimeout(() => restless.sayings.say('late'), 100);
    expect(payloadOf(await stream.next())).toEqual({ data: { said: { text: 'late' } } });
    expect(stream.text.match(/:\n\n(?!event)|\{\}/g)?.length).toBeGreaterThan(1);
  });

  test('ends the reads of its event when its client leaves', async () => {
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
    const headers = { accept, authorization: 'Bearer token' };
    const stream = await RawStream.open(other.endpoint, 'subscription { userNamed(id: "ann") }', headers);
    await other.followers(1);
    other.sayings.say('one');
    await upstream.received(2);
    stream.leave();
    await gone.promise;
    await other.followers(0);
  });

  test('is refused with 429 to a token, and with 503 to everybody, that hold as many as may be', async () => {
    const headers = { accept, authorization: `Bearer ${admin}` };
    for (const [limits, status] of [
      [{ streamsPerCaller: 2 }, 429],
      [{ streams: 2 }, 503],
    ] as const) {
      const small = await startFront(api.url, { limits });
      const held = [
        await RawStream.open(small.endpoint, SAID, headers),
        await RawStream.open(small.endpoint, SAID, headers),
      ];
      const refused = await RawStream.open(small.endpoint, SAID, headers);
      expect(refused.status).toBe(status);
      expect(refused.headers.get('retry-after')).toBe('5');
      held[0]?.leave();
      await small.followers(1);
      expect((await RawStream.open(small.endpoint, SAID, headers)).status).toBe(200);
      await small.stop();
    }
  });
});

describe('a request that accepts JSON, too', () => {
  const EVERYTHING =
    'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';

  test('gets queries in JSON, and subscriptions as a stream', async () => {
    const query = await open(EVERYTHING, '{ greeting }');
    expect(query.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    await query.rest();
    expect(JSON.parse(query.text)).toEqual({ data: { greeting: 'hello' } });
    const stream = await open(EVERYTHING);
    expect(stream.headers.get('content-type')).toContain(EVENT_STREAM);
  });

  test('is told what to accept where it asks for a subscription in JSON alone', async () => {
    for (const accept of ['application/json', '*/*']) {
      const refused = await open(accept);
      expect(refused.status).toBe(406);
      await refused.rest();
      expect(JSON.parse(refused.text)).toMatchObject({
        errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }],
      });
    }
  });

  test('may not subscribe by GET', async () => {
    const response = await fetch(`${front.endpoint}?query=${encodeURIComponent(SAID)}`, {
      headers: { accept: EVENT_STREAM, authorization: `Bearer ${admin}`, 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
