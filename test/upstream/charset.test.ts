import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { type Behaviour, json, MisbehavingServer } from './misbehaving-server.ts';
import { clientFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const USERS = 'GET /api/users';
const PATH = path`/api/users`;
const TEXT = JSON.stringify([{ id: 'josé@' }, { id: 'josè@' }]);
const asIs = (body: unknown): unknown => body;

/** Sends bytes under a type, in parts of these sizes. */
function bytes(body: Buffer, type: string, size = body.length, status = 200): Behaviour {
  return async (response) => {
    response.writeHead(status, { 'content-type': type });
    for (let at = 0; at < body.length; at += size) {
      await new Promise((written) => response.write(body.subarray(at, at + size), written));
    }
    response.end();
  };
}

const read = () => clientFor(server.url).get(PATH, asIs);

describe('a text that says in which charset it is', () => {
  const inUtf16 = (text: string) => Buffer.from(text, 'utf16le');
  test.each<[type: string, body: Buffer]>([
    ['application/json', Buffer.from(TEXT)],
    ['application/json; charset=utf-8', Buffer.from(TEXT)],
    ['application/json;CHARSET="UTF8"', Buffer.from(TEXT)],
    ['application/json; charset=us-ascii', Buffer.from(TEXT)],
    ['application/json; charset=ISO-8859-1', Buffer.from(TEXT, 'latin1')],
    ['application/json; profile=x; charset="latin1"', Buffer.from(TEXT, 'latin1')],
    ['application/json; charset=windows-1252', Buffer.from(TEXT, 'latin1')],
    ['application/json; charset=utf-16le', inUtf16(TEXT)],
    ['application/json; charset=utf-16be', inUtf16(TEXT).swap16()],
  ])('is read in it: %s', async (type, body) => {
    server.on(USERS, bytes(body, type));
    expect(await read()).toEqual(JSON.parse(TEXT));
  });

  test('is not taken for the same bytes of last time in another', async () => {
    const words = JSON.stringify(['Ã©'.repeat(200)]);
    const upstream = server.on(
      USERS,
      bytes(Buffer.from(JSON.stringify(['é'.repeat(200)])), 'application/json'),
      bytes(Buffer.from(words, 'latin1'), 'application/json; charset=iso-8859-1'),
    );
    expect(Buffer.from(words, 'latin1')).toEqual(Buffer.from(JSON.stringify(['é'.repeat(200)])));
    const client = clientFor(upstream.url);
    expect(await client.get(PATH, asIs)).toEqual(['é'.repeat(200)]);
    expect(await client.findNow(PATH, asIs)).toEqual(['Ã©'.repeat(200)]);
  });

  test.each([
    'utf-7',
    'klingon',
    'x-user-defined-not',
  ])('is refused where nobody knows the charset: %s', async (charset) => {
    server.on(USERS, bytes(Buffer.from(TEXT), `application/json; charset=${charset}`));
    await expect(read()).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      message: expect.stringContaining('expected text in UTF-8'),
    });
  });
});

describe('a text that is not in UTF-8', () => {
  test.each<[what: string, body: Buffer]>([
    ['Latin-1', Buffer.from(TEXT, 'latin1')],
    ['a byte that is in no text', Buffer.from([0x22, 0xff, 0x22])],
    ['a character written longer than it is', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['half a character of UTF-16', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from(TEXT, 'utf16le')],
  ])('is refused, and never made to fit: %s', async (_, body) => {
    server.on(USERS, bytes(body, 'application/json'));
    await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  test('is refused in a long list too, wherever it is', async () => {
    const long = JSON.stringify(
      Array.from({ length: 30_000 }, (_, n) => ({ id: `u${n}`, name: 'x'.repeat(30) })),
    );
    const body = Buffer.from(long.replace('"u29999"', '"jos\u00e9"'), 'latin1');
    server.on(USERS, bytes(body, 'application/json'));
    const client = clientFor(server.url, { responseBytes: 8 * 1024 * 1024 });
    await expect(client.get(PATH, asIs)).rejects.toMatchObject({
      message: "An upstream's answer cannot be read: expected text in UTF-8.",
    });
  });

  test('is read as ever where only its parts break off within characters', async () => {
    const smiling = JSON.stringify([{ id: 'é€😀'.repeat(50) }]);
    for (const size of [1, 2, 3, 5]) {
      server.on(USERS, bytes(Buffer.from(smiling), 'application/json', size));
      expect(await read()).toEqual(JSON.parse(smiling));
    }
  });

  test('is broken off, and asked for again, where it ends within a character', async () => {
    server.on(USERS, bytes(Buffer.from('["é').subarray(0, -1), 'application/json'), json(['é']));
    expect(await clientFor(server.url, { guard: { repeats: 1 } }).get(PATH, asIs)).toEqual(['é']);
  });

  test('is a refusal with a sentence of ours if it comes with one', async () => {
    const said = Buffer.from('{"status":403,"message":"Défendu"}', 'latin1');
    server.on(USERS, bytes(said, 'application/json', said.length, 403));
    await expect(read()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'The authorization API answered with status 403.',
    });
    server.on(USERS, bytes(said, 'application/json; charset=latin1', said.length, 403));
    await expect(read()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Défendu' });
  });
});

describe('two ids that differ in a character', () => {
  const WHO_CAN = `{ whoCan(target: { type: DOMAIN, id: "d" }, access: READ) { people { nodes { subject { id } } } } }`;

  async function whoCan(encoding: 'latin1' | 'utf8', type: string) {
    const lists: Readonly<Record<string, unknown>> = {
      '/api/users?apps=true': [{ id: 'josé@' }, { id: 'josè@' }],
      '/api/groups': [],
      '/api/roles': [{ name: 'USER', permissions: [] }],
      '/api/applications': [],
      '/api/auth/authorization/DOMAIN/d?groupBy=subject': { 'USER:josé@': ['READ'] },
    };
    for (const [call, body] of Object.entries(lists)) {
      server.on(`GET ${call}`, bytes(Buffer.from(JSON.stringify(body), encoding), type));
    }
    const gateway = await GatewayUnderTest.start(server.url);
    try {
      return await gateway.send(WHO_CAN);
    } finally {
      await gateway.stop();
    }
  }

  test('stay two, where the server says how it writes them', async () => {
    for (const [encoding, type] of [
      ['utf8', 'application/json'],
      ['latin1', 'application/json; charset=ISO-8859-1'],
    ] as const) {
      const { data, errors } = await whoCan(encoding, type);
      expect(errors).toEqual([]);
      expect(data.whoCan.people.nodes).toEqual([{ subject: { id: 'josé@' } }]);
    }
  });

  test('are an error, and never one, where it does not', async () => {
    const { errors } = await whoCan('latin1', 'application/json');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
  });

  test('in halves of characters are not read as keys', async () => {
    server.on('GET /api/users?apps=false', json([{ id: 'a\ud83d' }, { id: 'a\ud83e' }, { id: 'ann' }]));
    const gateway = await GatewayUnderTest.start(server.url);
    const { data, errors } = await gateway.send('{ users { nodes { id } } }');
    await gateway.stop();
    expect(data.users.nodes).toEqual([{ id: 'ann' }]);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
  });
});
