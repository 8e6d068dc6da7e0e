import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { waitingFor } from '../upstream/bad-answers.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { limits: { requestBytes: 4096 } });
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

/** An answer as it came over the wire. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which anything can be sent. */
class Connection {
  readonly socket: Socket;
  closed = false;
  #received = Buffer.alloc(0);
  #more = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#progress();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#progress();
    });
  }

  static async open(url = gateway.url): Promise<Connection> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    onTestFinished(() => void socket.destroy());
    return new Connection(socket);
  }

  /** Writes parts so that each leaves as a packet of its own. */
  async write(...parts: readonly (string | Uint8Array)[]): Promise<this> {
    for (const part of parts) {
      await new Promise<void>((resolve) => this.socket.write(part, () => resolve()));
      await new Promise(setImmediate);
    }
    return this;
  }

  /** Waits for the next answer; null if the connection was closed instead. */
  async next(): Promise<Answer | null> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end >= 0) {
        const [first = '', ...lines] = this.#received.subarray(0, end).toString('latin1').split('\r\n');
        const headers = Object.fromEntries(
          lines.map((line) => [
            line.slice(0, line.indexOf(':')).toLowerCase(),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
        );
        const length = Number(headers['content-length'] ?? 0);
        const rest = this.#received.subarray(end + 4);
        if (rest.length >= length) {
          this.#received = Buffer.from(rest.subarray(length));
          return { status: Number(first.split(' ')[1]), headers, body: rest.subarray(0, length).toString() };
        }
      }
      if (this.closed) return null;
      await this.#more.promise;
    }
  }

  async end(): Promise<void> {
    while (!this.closed) await this.#more.promise;
  }

  #progress(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}

interface Request {
  readonly method?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

function headOf({ method = 'POST', body = '', headers = {} }: Request): string {
  const all = {
    host: 'localhost',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': 'the-same',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} /graphql HTTP/1.1\r\n${lines.join('')}\r\n`;
}

async function send(request: Request): Promise<Answer> {
  const connection = await Connection.open();
  const answer = await (await connection.write(headOf(request), request.body ?? '')).next();
  if (!answer) throw new Error('no answer');
  return answer;
}

/** Takes deciding, though it decides for the same: so it goes the long way. */
const LONG_WAY = { accept: 'application/json, */*;q=0.9' };
const isShort = ({ headers }: Answer) => headers['vary'] === undefined;

/**
 * What both ways are to have in common: all but the time, what is for browsers, and what becomes of the connection,
 * which the long way gives up for bodies that it cannot read.
 */
function comparable({ status, headers, body }: Answer): object {
  const { date: _, vary: __, connection: ___, 'keep-alive': ____, ...rest } = headers;
  const kept = Object.entries(rest).filter(([name]) => !name.startsWith('access-control-'));
  return { status, body, headers: Object.fromEntries(kept) };
}

const operation = (query: string, more: object = {}) => JSON.stringify({ query, ...more });
const NAMED = 'query ($name: ID!) { target(by: {type: SECRET_NAME, id: $name}) { id: rawId } }';

const REQUESTS: readonly (readonly [what: string, request: Request])[] = [
  ['an operation', { body: operation('{ __typename }') }],
  ['an operation with variables', { body: operation(NAMED, { variables: { name: 'ä€😀' } }) }],
  ['nulls beside the query', { body: operation('{ __typename }', { variables: null, operationName: null }) }],
  [
    'an operation by name',
    { body: operation('query A { __typename } query B { b: __typename }', { operationName: 'B' }) },
  ],
  ['members that nobody knows', { body: operation('{ __typename }', { id: 7, extensions: {} }) }],
  ['a failing upstream', { body: operation('{ user(id: "ann") { name } }') }],
  ['a token', { body: operation('{ user(id: "bob") { name } }'), headers: { authorization: 'Bearer t' } }],
  ['space around the JSON', { body: ` \n${operation('{ __typename }')}\r\n` }],
  [
    'a charset',
    { body: operation('{ __typename }'), headers: { 'content-type': 'application/json; charset=utf-8' } },
  ],
  ['*/*', { body: operation('{ __typename }'), headers: { accept: '*/*' } }],
  ['a query that is a number', { body: '{"query":7}' }],
  ['variables that are text', { body: operation('{ __typename }', { variables: '{}' }) }],
  ['variables that are a list', { body: operation('{ __typename }', { variables: [] }) }],
  ['an operation name that is a number', { body: operation('{ __typename }', { operationName: 1 }) }],
  ['an empty query', { body: operation('') }],
  ['an empty object', { body: '{}' }],
  ['a list', { body: `[${operation('{ __typename }')}]` }],
  ['null', { body: 'null' }],
  ['a text', { body: '"{ __typename }"' }],
  ['a number', { body: '1' }],
  ['only space', { body: '  ' }],
  ['no JSON', { body: '{"query":' }],
  ['too much JSON', { body: `${operation('{ __typename }')}}` }],
  ['a syntax error', { body: operation('{') }],
  ['an unknown field', { body: operation('{ nothing }') }],
  ['a wrong variable', { body: operation(NAMED, { variables: { name: {} } }) }],
  ['an unknown operation', { body: operation('query A { __typename }', { operationName: 'B' }) }],
  ['__proto__', { body: '{"query":"{ __typename }","__proto__":{"a":1}}' }],
  ['__proto__ within variables', { body: '{"query":"{ __typename }","variables":{"a":{"__proto__":1}}}' }],
  ['an escaped __proto__', { body: '{"query":"{ __typename }","\\u005f_proto__":{}}' }],
  ['constructor.prototype', { body: '{"query":"{ __typename }","constructor":{"prototype":{}}}' }],
  ['a constructor alone', { body: '{"query":"{ __typename }","constructor":{}}' }],
  ['a byte-order mark', { body: `\uFEFF${operation('{ __typename }')}` }],
  [
    'bytes that are no UTF-8',
    { body: Buffer.from(operation(NAMED, { variables: { name: 'a\u00ffb' } }), 'latin1') },
  ],
  [
    'half a character of JSON',
    { body: operation(NAMED, { variables: { name: 'x' } }).replace('x', '\\ud800') },
  ],
  ['a persisted query', { body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}' }],
];

describe('the short way and the long way give the same answer to', () => {
  test.each(REQUESTS)('%s', async (_, request) => {
    const short = await send({ ...request, headers: { ...request.headers } });
    const long = await send({ ...request, headers: { ...request.headers, ...LONG_WAY } });
    expect([isShort(short), isShort(long)]).toEqual([true, false]);
    expect(comparable(short)).toEqual(comparable(long));
    expect(short.headers['x-request-id']).toBe('the-same');
  });

  test.each(['', 'bad id', 'x'.repeat(65)])('a request without a usable id of its own: "%s"', async (id) => {
    const request = { body: operation('{'), headers: { 'x-request-id': id } };
    const short = await send(request);
    const long = await send({ ...request, headers: { ...request.headers, ...LONG_WAY } });
    for (const { headers, body } of [short, long]) {
      expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
      expect(JSON.parse(body).errors[0].extensions.requestId).toBe(headers['x-request-id']);
    }
    expect(short.headers['x-request-id']).not.toBe(long.headers['x-request-id']);
  });
});

describe('what takes deciding goes the long way:', () => {
  test.each<[string, Request, number]>([
    ['an origin', { body: operation('{ __typename }'), headers: { origin: 'https://a.example' } }, 200],
    ['a body that is too long', { body: operation(`{ ${' '.repeat(5000)} }`) }, 413],
    ['no body', { body: '' }, 400],
    ['compression', { body: operation('{ __typename }'), headers: { 'content-encoding': 'gzip' } }, 415],
    ['another type', { body: 'x', headers: { 'content-type': 'text/xml' } }, 415],
    ['another answer', { body: operation('{ __typename }'), headers: { accept: 'text/html' } }, 406],
    ['PUT', { method: 'PUT', body: operation('{ __typename }') }, 405],
  ])('%s', async (_, request, status) => {
    const answer = await send(request);
    expect([isShort(answer), answer.status]).toEqual([false, status]);
  });

  test('HEAD, which is a GET without an operation', async () => {
    const { status, headers } = await fetch(gateway.endpoint, { method: 'HEAD' });
    expect([status, headers.get('vary')]).toEqual([400, 'Origin']);
  });
});

describe('a body', () => {
  const body = Buffer.from(operation(NAMED, { variables: { name: 'ä€😀' } }));

  test('may come byte by byte, in the middle of characters', async () => {
    const connection = await Connection.open();
    await connection.write(headOf({ body }), ...Array.from(body, (byte) => Uint8Array.of(byte)));
    const answer = await connection.next();
    expect(JSON.parse(answer?.body ?? '')).toEqual({ data: { target: { id: 'ä€😀' } } });
    expect(answer && isShort(answer)).toBe(true);
  });

  test('longer than its length ends the connection', async () => {
    const connection = await Connection.open();
    const body = operation('{ __typename }');
    await connection.write(`${headOf({ body })}${body}more\r\n\r\n`);
    const statuses = [];
    for (let answer = await connection.next(); answer; answer = await connection.next()) {
      statuses.push(answer.status);
    }
    expect(statuses.at(-1)).toBe(400);
    expect(connection.closed).toBe(true);
  });

  test.each([
    ['twice', 'content-length: 5\r\ncontent-length: 6\r\n'],
    ['twice the same', 'content-length: 5\r\ncontent-length: 5\r\n'],
    ['as no number', 'content-length: 1e1\r\n'],
    ['below nothing', 'content-length: -1\r\n'],
    ['beside chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
  ])('whose length is told %s is refused', async (_, lines) => {
    const connection = await Connection.open();
    await connection.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${lines}\r\n{"a":1}`,
    );
    expect(await connection.next()).toMatchObject({ status: 400 });
    await connection.end();
    expect(server.log).toEqual([]);
  });

  test('that never ends keeps nobody else waiting, and a hang-up in the middle does no harm', async () => {
    const slow = await Connection.open();
    await slow.write(headOf({ body }), body.subarray(0, 10));
    expect((await send({ body: operation('{ __typename }') })).status).toBe(200);
    slow.socket.resetAndDestroy();
    await slow.end();
    expect((await send({ body: operation('{ __typename }') })).status).toBe(200);
  });
});

describe('a connection', () => {
  test('serves one request after the other, and several that were sent at once in their order', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server.on('GET /api/users/slow', waitingFor(gate, json({ id: 'slow', name: 'Slow' })));
    const requests = ['{ user(id: "slow") { name } }', '{ a: __typename }', '{', '{ b: __typename }'];
    const connection = await Connection.open();
    await connection.write(
      requests.map((query) => headOf({ body: operation(query) }) + operation(query)).join(''),
    );
    await server.received(1);
    open();
    const answers = [];
    for (const _ of requests) answers.push(JSON.parse((await connection.next())?.body ?? '').data);
    expect(answers).toEqual([{ user: { name: 'Slow' } }, { a: 'Query' }, undefined, { b: 'Query' }]);
    await connection.write(headOf({ body: operation('{ c: __typename }') }), operation('{ c: __typename }'));
    expect(await connection.next()).toMatchObject({ body: '{"data":{"c":"Query"}}\n' });
    expect(connection.closed).toBe(false);
  });

  test('ends where the client says so', async () => {
    const connection = await Connection.open();
    const body = operation('{ __typename }');
    await connection.write(headOf({ body, headers: { connection: 'close' } }), body);
    expect(await connection.next()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await connection.end();
  });

  test('that is cut while its answer is awaited ends the call upstream', async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    server.on('GET /api/users/ann', (response) => void response.once('close', () => resolve()));
    const connection = await Connection.open();
    const body = operation('{ user(id: "ann") { name } }');
    await connection.write(headOf({ body }), body);
    await server.received(1);
    connection.socket.resetAndDestroy();
    await hungUp;
    expect((await send({ body: operation('{ __typename }') })).status).toBe(200);
    expect(gateway.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is kept for longer than load balancers keep theirs, and not for ever', async () => {
    const connection = await Connection.open();
    const body = operation('{ __typename }');
    await connection.write(headOf({ body }), body);
    const seconds = Number(/timeout=(\d+)/.exec((await connection.next())?.headers['keep-alive'] ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(120);
  });

  test.each([
    ['an answer', operation('{ a: __typename }'), 200],
    ['a refusal of Apollo', operation('{ a'), 400],
    ['a refusal of the front', '{"query":"xxxxxxxxxxxxxxxx"', 400],
  ])('ends with %s that is given while the gateway stops', async (_, body, status) => {
    const closing = await GatewayUnderTest.start(server.url);
    const connection = await Connection.open(closing.url);
    await connection.write(headOf({ body }), body.slice(0, 3));
    const stopped = closing.stop();
    await refusedBy(closing);
    await connection.write(body.slice(3));
    expect(await connection.next()).toMatchObject({ status, headers: { connection: 'close' } });
    await connection.end();
    await stopped;
  });
});

/** Waits until a gateway takes no more connections. */
async function refusedBy({ url }: GatewayUnderTest): Promise<void> {
  for (;;) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const refused = await new Promise((resolve) => {
      socket.once('connect', () => resolve(false));
      socket.once('error', () => resolve(true));
    });
    socket.destroy();
    if (refused) return;
  }
}
