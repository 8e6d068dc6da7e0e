import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { type Behaviour, json, MisbehavingServer } from './misbehaving-server.ts';
import { type ClientOptions, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const LIST = path`/api/users`;
const CALL = 'GET /api/users';

/** Long enough to be remembered. */
const NAMES = Array.from({ length: 60 }, (_, n) => `name-${n}`);
const BODY = JSON.stringify(NAMES);

/** Sends a body in parts of these sizes, over and over; each arrives as a chunk of its own. */
function inParts(body: string | Buffer, sizes: readonly number[], status = 200): Behaviour {
  return (response) => {
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-type': 'application/json' });
    for (let start = 0, part = 0; start < bytes.length; part += 1) {
      const end = start + (sizes[part % sizes.length] ?? bytes.length);
      response.write(bytes.subarray(start, end));
      start = end;
    }
    response.end();
  };
}

/** Reads the list as one operation after the other would, and tells how often a body was parsed. */
function reader(options: ClientOptions = {}) {
  const upstream = upstreamFor(server.url, options);
  const parsed: unknown[] = [];
  return {
    upstream,
    parsed,
    read: () =>
      clientOf(upstream).get(LIST, (body) => {
        parsed.push(body);
        return body;
      }),
  };
}

/** Replaces one character. */
const changedAt = (index: number) => `${BODY.slice(0, index)}~${BODY.slice(index + 1)}`;

describe('an answer of the same bytes as the last', () => {
  test.each([
    ['in one piece', [BODY.length]],
    ['in a few pieces', [100, 7, 250]],
    ['byte by byte', [1]],
  ])('is asked for every time, and parsed once: %s', async (_, sizes) => {
    server.on(CALL, inParts(BODY, [BODY.length]), inParts(BODY, sizes));
    const { read, parsed } = reader();
    const models = [await read(), await read(), await read()];
    expect(models[0]).toEqual(NAMES);
    expect(models[1]).toBe(models[0]);
    expect(models[2]).toBe(models[0]);
    expect(parsed).toHaveLength(1);
    expect(server.log).toEqual([CALL, CALL, CALL]);
  });

  test('gives a frozen model', async () => {
    server.on(CALL, json(NAMES));
    const { read } = reader();
    for (const model of [await read(), await read()]) {
      expect(() => Object.assign(Object(model), { 0: 'mallory' })).toThrow(TypeError);
    }
  });

  test.each([403, 404, 500])('is a refusal with status %i, and forgets nothing', async (status) => {
    server.on(CALL, json(NAMES), inParts(BODY, [100], status), json(NAMES));
    const { read, parsed } = reader();
    const first = await read();
    await expect(read()).rejects.toMatchObject({ status });
    expect(await read()).toBe(first);
    expect(parsed).toHaveLength(1);
  });

  test('is a failure if the upstream hangs up before its end', async () => {
    server.on(CALL, json(NAMES), (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length });
      response.write(BODY.slice(0, -1), () => response.socket?.destroy());
    });
    const { read } = reader();
    await read();
    await expect(read()).rejects.toMatchObject({ name: 'NetworkError' });
  });

  test('is a failure if a chunked answer breaks off before its end', async () => {
    server.on(CALL, json(NAMES), (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(BODY, () => response.socket?.destroy());
    });
    const { read } = reader();
    await read();
    await expect(read()).rejects.toMatchObject({ name: 'NetworkError' });
  });

  test('is a timeout if the rest does not come', async () => {
    server.on(CALL, json(NAMES), (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(BODY.slice(0, 100));
    });
    const { read, upstream } = reader();
    await read();
    const late = clientOf(upstream, { limits: { operationMs: 100 } }).get(LIST, (body) => body);
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('ends where its caller does, and leaves what is remembered as it was', async () => {
    const hungUp = Promise.withResolvers<void>();
    server.on(
      CALL,
      json(NAMES),
      (response) => {
        response.once('close', () => hungUp.resolve());
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(BODY.slice(0, 100));
      },
      json(NAMES),
    );
    const { read, upstream, parsed } = reader();
    const first = await read();
    const gone = new AbortController();
    const reading = clientOf(upstream, { clientGone: gone.signal }).get(LIST, (body) => body);
    await server.received(2);
    gone.abort();
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' });
    await hungUp.promise;
    expect(await read()).toBe(first);
    expect(parsed).toHaveLength(1);
  });

  test('is parsed every time where nothing may be remembered', async () => {
    server.on(CALL, json(NAMES));
    const { upstream, read, parsed } = reader({ memoryBytes: 0 });
    expect(await read()).not.toBe(await read());
    expect(parsed).toHaveLength(2);
    expect(upstream.memory.recall(LIST.text)).toBeUndefined();
  });
});

describe('an answer of other bytes than the last', () => {
  const OTHERS: readonly (readonly [string, string])[] = [
    ['differs at its first byte', ` ${BODY}`],
    ['differs at its start', changedAt(2)],
    ['differs in the middle', changedAt(Math.floor(BODY.length / 2))],
    ['differs at its end', changedAt(BODY.length - 3)],
    ['is longer', `${BODY.slice(0, -1)},"one-more"]`],
    ['is longer by a space', `${BODY} `],
    ['is shorter', `${BODY.slice(0, BODY.lastIndexOf(','))}]`],
    ['is empty text', '""'],
  ];

  test.each(OTHERS)('is read anew where it %s', async (_, other) => {
    for (const sizes of [[other.length], [100, 7], [1]]) {
      server.on(CALL, inParts(BODY, [BODY.length]), inParts(other, sizes));
      const { read } = reader();
      const first = await read();
      const second = await read();
      expect(second).not.toBe(first);
      expect(second).toEqual(JSON.parse(other));
      expect(first).toEqual(NAMES);
    }
  });

  test('is no answer where it is empty', async () => {
    server.on(CALL, json(NAMES), inParts('', [1]), json(NAMES));
    const { read } = reader();
    const first = await read();
    await expect(read()).rejects.toMatchObject({ name: 'ShapeError' });
    expect(await read()).toBe(first);
  });

  test('is no JSON where it stops early and says that it is complete', async () => {
    server.on(CALL, json(NAMES), inParts(BODY.slice(0, -1), [100]));
    const { read } = reader();
    await read();
    await expect(read()).rejects.toMatchObject({ name: 'ShapeError' });
  });

  test('gives what a plain read gives, whatever the bodies and their parts', async () => {
    const bodies = fc.constantFrom(
      BODY,
      changedAt(2),
      changedAt(BODY.length - 3),
      `${BODY} `,
      JSON.stringify(NAMES.slice(1)),
      JSON.stringify([...NAMES, 'ü€😀']),
      '[]',
    );
    const answers = fc.array(fc.tuple(bodies, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 })), {
      minLength: 1,
      maxLength: 6,
    });
    const { read } = reader();
    const plain = reader({ memoryBytes: 0 });
    await fc.assert(
      fc.asyncProperty(answers, async (sequence) => {
        for (const [body, sizes] of sequence) {
          server.on(CALL, inParts(body, sizes));
          expect(await read()).toEqual(await plain.read());
          expect(await read()).toEqual(JSON.parse(body));
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('two users whose answers differ by one byte get each their own, turn by turn and at once', async () => {
  const record = (name: string) => ({ id: 'ann', name, contactInformation: { note: 'x'.repeat(300) } });
  const nameOf: Record<string, string> = { one: 'Anna', two: 'Anne' };
  server.on('GET /api/users/ann', (response, call) =>
    json(record(nameOf[String(call.headers['x-authorization'])] ?? 'nobody'))(response, call),
  );
  const gateway = await GatewayUnderTest.start(server.url);
  const read = async (token: string) =>
    (await gateway.send('{ user(id: "ann") { name } }', {}, { 'x-authorization': token })).data.user.name;
  try {
    for (let turn = 0; turn < 20; turn += 1) {
      expect([await read('one'), await read('two')]).toEqual(['Anna', 'Anne']);
      const tokens = Array.from({ length: 8 }, (_, n) => (n % 2 ? 'one' : 'two'));
      expect(await Promise.all(tokens.map(read))).toEqual(tokens.map((token) => nameOf[token]));
    }
  } finally {
    await gateway.stop();
  }
});

test('two users whose lists differ by one byte get each their own, of which most is parsed once', async () => {
  const records = Array.from({ length: 50 }, (_, n) => ({
    id: `user-${n}`,
    name: 'Ann',
    namespace: 'x'.repeat(200),
  }));
  const ofToken: Record<string, object[]> = {
    one: records,
    two: records.map((record) => (record.id === 'user-20' ? { ...record, name: 'Anne' } : record)),
  };
  server.on('GET /api/users?apps=false', (response, call) =>
    json(ofToken[String(call.headers['x-authorization'])] ?? [])(response, call),
  );
  const gateway = await GatewayUnderTest.start(server.url);
  const read = async (token: string) => {
    const { data } = await gateway.send(
      '{ users(first: 50) { nodes { id name } } }',
      {},
      { 'x-authorization': token },
    );
    return data.users.nodes.find(({ id }: { id: string }) => id === 'user-20').name;
  };
  try {
    for (let turn = 0; turn < 10; turn += 1) {
      expect([await read('one'), await read('two')]).toEqual(['Ann', 'Anne']);
      const tokens = Array.from({ length: 8 }, (_, n) => (n % 2 ? 'one' : 'two'));
      expect(await Promise.all(tokens.map(read))).toEqual(
        tokens.map((token) => (token === 'one' ? 'Ann' : 'Anne')),
      );
    }
  } finally {
    await gateway.stop();
  }
});
