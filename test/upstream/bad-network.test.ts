import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../src/gateway/upstream/reading/shape.ts';
import {
  endless,
  half,
  halfThenNothing,
  html,
  never,
  reset,
  tooShortLength,
  waitingFor,
} from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer, text } from './misbehaving-server.ts';
import { clientFor, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const group = path`/api/groups/eng`;
const short = { callMs: 60 };
const whatever = (body: unknown): unknown => body;

describe('an upstream that', () => {
  test.each<[what: string, answer: Behaviour, code: string]>([
    ['never answers', never, 'UPSTREAM_TIMEOUT'],
    ['stops in the middle', halfThenNothing, 'UPSTREAM_TIMEOUT'],
    ['hangs up before the answer', reset, 'UPSTREAM_UNAVAILABLE'],
    ['hangs up in the middle', half, 'UPSTREAM_UNAVAILABLE'],
    ['sends more than its Content-Length', tooShortLength, 'UPSTREAM_INVALID_RESPONSE'],
    ['sends HTML and 200', html('Please sign in'), 'UPSTREAM_INVALID_RESPONSE'],
    ['says JSON and sends something else', text('{"id":', 'application/json'), 'UPSTREAM_INVALID_RESPONSE'],
  ])('%s: a typed error', async (_, answer, code) => {
    server.on('GET /api/groups/eng', answer);
    const client = clientFor(server.url, { guard: short });
    await expect(client.get(group, whatever)).rejects.toMatchObject({ code });
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]?.headers['accept-encoding']).toBeUndefined();
  });

  test.each<[what: string, answer: Behaviour]>([
    ['never stops sending', endless],
    ['sends one byte more than allowed', text(JSON.stringify('x'.repeat(999)), 'application/json')],
  ])('%s: read no further than the cap', async (_, answer) => {
    server.on('GET /api/groups/eng', answer);
    const client = clientFor(server.url, { responseBytes: 1000 });
    const read = client.get(group, whatever);
    await expect(read).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      message: "An upstream's answer cannot be read: expected at most 1000 bytes.",
    });
  });

  test('sends exactly as much as allowed: read', async () => {
    server.on('GET /api/groups/eng', text(JSON.stringify('x'.repeat(998)), 'application/json'));
    const client = clientFor(server.url, { responseBytes: 1000 });
    await expect(client.get(group, whatever)).resolves.toHaveLength(998);
  });

  test('is not there: unavailable', async () => {
    const gone = await MisbehavingServer.start();
    await gone.stop();
    const read = clientFor(gone.url).get(group, whatever);
    await expect(read).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The authorization API cannot be reached.',
    });
  });

  test('hung up: serves the next call over a new connection', async () => {
    server.on('GET /api/groups/eng', reset, json({ id: 'eng' }));
    const upstream = upstreamFor(server.url, { guard: { connections: 1, ...short } });
    await expect(clientOf(upstream).get(group, whatever)).rejects.toThrow();
    await expect(clientOf(upstream).get(group, whatever)).resolves.toEqual({ id: 'eng' });
  });
});

describe('the deadline', () => {
  test('of a call counts from when it is made, and frees the connection', async () => {
    server.on('GET /api/groups/eng', never, json({ id: 'eng' }));
    const upstream = upstreamFor(server.url, { guard: { connections: 1, ...short } });
    await expect(clientOf(upstream).get(group, whatever)).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'The authorization API did not answer in time.',
    });
    await expect(clientOf(upstream).get(group, whatever)).resolves.toEqual({ id: 'eng' });
  });

  test('of the operation ends calls that have time left', async () => {
    server.on('GET /api/groups/eng', never);
    const client = clientFor(server.url, { guard: { callMs: 60_000 }, limits: { operationMs: 60 } });
    await expect(client.get(group, whatever)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('once past, keeps a write from being sent at all', async () => {
    server.on('DELETE /api/groups/eng', json({}));
    const client = clientFor(server.url, { limits: { operationMs: 0 } });
    const written = client.write('IDEMPOTENT_BY_METHOD', 'DELETE', group, nothing);
    await expect(written).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(server.log).toEqual([]);
  });

  test('holds for writes too, whose outcome nobody knows then', async () => {
    server.on('DELETE /api/groups/eng', never);
    const written = clientFor(server.url, { guard: short }).write(
      'IDEMPOTENT_BY_METHOD',
      'DELETE',
      group,
      nothing,
    );
    await expect(written).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });
});

describe('a client that leaves', () => {
  test('takes its reads along: the connection upstream is closed', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    server.on('GET /api/groups/eng', (response) => void response.once('close', close));
    const leaving = new AbortController();
    const read = clientFor(server.url, { clientGone: leaving.signal }).get(group, whatever);
    const cancelled = expect(read).rejects.toMatchObject({ code: 'CANCELLED' });
    await server.received(1);
    leaving.abort();
    await cancelled;
    await closed;
  });

  test('keeps later reads from being sent', async () => {
    const read = clientFor(server.url, { clientGone: AbortSignal.abort() }).get(group, whatever);
    await expect(read).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(server.log).toEqual([]);
  });

  test('leaves the write that was sent to finish', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    server.on('PUT /api/groups/eng', waitingFor(gate, json({ id: 'eng' })));
    const leaving = new AbortController();
    const client = clientFor(server.url, { clientGone: leaving.signal });
    const written = client.write('IDEMPOTENT_BY_METHOD', 'PUT', group, whatever, {});
    await server.received(1);
    leaving.abort();
    open();
    await expect(written).resolves.toEqual({ id: 'eng' });
  });
});
