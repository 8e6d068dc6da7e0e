import { globSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { half } from './bad-answers.ts';
import { EVERY_READ } from './every-read.ts';
import { type Behaviour, json, MisbehavingServer, text } from './misbehaving-server.ts';
import { clientFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const JSON_TYPE = 'application/json';
const invalid = { code: 'UPSTREAM_INVALID_RESPONSE' };

/** Answers with a status and no body, of no type. */
function bare(status: number): Behaviour {
  return (response) => void response.writeHead(status, { 'content-length': 0 }).end();
}

/** Answers in chunks, of which there are none. */
const noChunks: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': JSON_TYPE }).flushHeaders();
  response.end();
};

/** What is no answer to any read, whatever it asks. */
const NO_ANSWERS: readonly [what: string, answer: (body: unknown) => Behaviour][] = [
  ['200 without a body', () => bare(200)],
  ['200 and an empty body that says it is JSON', () => text('', JSON_TYPE)],
  ['200 and an empty body that says it is text', () => text('', 'text/plain')],
  ['200 and no chunk of a chunked body', () => noChunks],
  ['204', () => bare(204)],
  ['205', () => bare(205)],
  ['202, which promises an answer later', (body) => json(body, 202)],
  ['206, which is a part', (body) => json(body, 206)],
  ['null', () => json(null)],
  ['null as text', () => text('null\n', 'text/plain')],
  ['false', () => json(false)],
  ['0', () => json(0)],
  ['an empty text', () => json('')],
  ['blanks', () => text('  \n', JSON_TYPE)],
  ['a body cut in half', (body) => text(halfOf(JSON.stringify(body)), JSON_TYPE)],
  ['half a body and a hang-up', () => half],
  ['an error in an object', () => json({ error: 'Bad Gateway', message: 'try later' })],
];

const halfOf = (whole: string) => whole.slice(0, Math.floor(whole.length / 2));

describe.each(EVERY_READ)('$call', ({ call, read, body, member }) => {
  test('is read where it is answered', async () => {
    server.on(call, json(body));
    expect(await read(clientFor(server.url))).toBeTruthy();
  });

  test.each(NO_ANSWERS)('never reads %s as "none"', async (what, answer) => {
    server.on(call, answer(body));
    const code = what.includes('hang-up') ? 'UPSTREAM_UNAVAILABLE' : invalid.code;
    await expect(read(clientFor(server.url))).rejects.toMatchObject({ code });
  });

  test('never reads a list for an object, or the other way round, as "none"', async () => {
    server.on(call, json(Array.isArray(body) ? { items: body } : [body]));
    await expect(read(clientFor(server.url))).rejects.toMatchObject(invalid);
  });

  if (Array.isArray(body) || member) {
    test.each([null, {}, '', 0, false])('never reads %j in place of its list as "none"', async (instead) => {
      server.on(call, json(member ? { ...Object(body), [member]: instead } : instead));
      await expect(read(clientFor(server.url))).rejects.toMatchObject(invalid);
    });

    test('reads an empty list as "none"', async () => {
      server.on(call, json(member ? { ...Object(body), count: 0, [member]: [] } : []));
      expect(await read(clientFor(server.url))).toBeTruthy();
    });
  }

  if (member) {
    test('never reads an object without its list as "none"', async () => {
      server.on(call, json({}));
      await expect(read(clientFor(server.url))).rejects.toMatchObject(invalid);
      server.on(call, json({ count: 0 }));
      await expect(read(clientFor(server.url))).rejects.toMatchObject(invalid);
    });
  }
});

test('all reads of the gateway are among these', () => {
  const sources = globSync('src/gateway/graph/*/*.ts');
  const calls = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bclient\.(?:get|getOptional|find|findNow|ask)\(/g)].map(
      () => file,
    ),
  );
  expect(calls).toHaveLength(EVERY_READ.length);
});
