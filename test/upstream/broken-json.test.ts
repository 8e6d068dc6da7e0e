import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { listOf } from '../../src/gateway/upstream/reading/list-read.ts';
import { object, text as textOf } from '../../src/gateway/upstream/reading/shape.ts';
import { json, MisbehavingServer, text } from './misbehaving-server.ts';
import { clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const LIST = path`/api/things`;
const CALL = 'GET /api/things';
const read = listOf('things', (item) => ({ id: textOf(object(item, 'thing')['id'], 'thing.id') }));

/** Bodies shorter and longer than what is read in slices. */
const SIZES = [
  ['short', 10],
  ['of some kilobytes', 200],
  ['of more than a megabyte', 30_000],
  ['of several megabytes', 90_000],
] as const;
const things = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `t${String(n).padStart(6, '0')}`, x: 'x'.repeat(40) }));

const FAULTS: readonly [how: string, broken: (body: string) => string][] = [
  ['breaks off at once', () => '['],
  ['breaks off in the middle', (body) => body.slice(0, body.length / 2)],
  ['lacks its last character', (body) => body.slice(0, -1)],
  ['ends twice', (body) => `${body}]`],
  ['has a comma too many', (body) => `${body.slice(0, -1)},]`],
  ['has a hole in the middle', (body) => body.replace('"t000005"', '"t000005')],
];

const options = { guard: { repeats: 2, pauseMs: 60_000 }, responseBytes: 16 * 1024 * 1024 };

describe.each(SIZES)('a list %s that is no JSON', (_, count) => {
  test.each(FAULTS)('is asked for again if it %s', async (__, broken) => {
    const whole = JSON.stringify(things(count));
    server.on(CALL, text(broken(whole), 'application/json'), json(things(count)));
    const upstream = upstreamFor(server.url, options);
    expect(await clientOf(upstream).get(LIST, read)).toHaveLength(count);
    expect(server.log).toHaveLength(2);
  });

  test('counts as a failure of its upstream, which is left alone after ten', async () => {
    const whole = JSON.stringify(things(count));
    server.on(CALL, text(whole.slice(0, -1), 'application/json'));
    const upstream = upstreamFor(server.url, { ...options, guard: { repeats: 0, pauseMs: 60_000 } });
    for (let n = 0; n < 10; n += 1) {
      await expect(clientOf(upstream).get(LIST, read)).rejects.toMatchObject({
        code: 'UPSTREAM_INVALID_RESPONSE',
        message: "An upstream's answer cannot be read: expected JSON.",
      });
    }
    await expect(clientOf(upstream).get(LIST, read)).rejects.toMatchObject({ name: 'CircuitOpenError' });
    expect(server.log).toHaveLength(10);
  });

  test('after one that was JSON counts as well', async () => {
    const whole = things(count);
    server.on(CALL, json(whole), text(JSON.stringify(whole).slice(0, -1), 'application/json'), json(whole));
    const upstream = upstreamFor(server.url, { ...options, memoryBytes: 64 * 1024 * 1024 });
    await clientOf(upstream).get(LIST, read);
    expect(await clientOf(upstream).get(LIST, read)).toHaveLength(count);
    expect(server.log).toHaveLength(3);
  });

  test('is JSON of a wrong shape where it is no list, and not asked for again', async () => {
    server.on(CALL, json({ things: things(count) }));
    const read1 = clientOf(upstreamFor(server.url, options)).get(LIST, read);
    await expect(read1).rejects.toMatchObject({ message: expect.stringContaining('a list at things') });
    expect(server.log).toHaveLength(1);
  });
});

test('a long list is left while it is read without a trace, and a probe that did so is followed by another', async () => {
  const long = things(90_000);
  server.on(CALL, ...Array.from({ length: 10 }, () => json({}, 503)), json(long));
  const upstream = upstreamFor(server.url, { ...options, guard: { repeats: 0, pauseMs: 1 } });
  for (let n = 0; n < 10; n += 1)
    await clientOf(upstream)
      .get(LIST, read)
      .catch(() => {});
  expect(upstream.guard.reads.state).not.toBe('closed');
  await expect.poll(() => upstream.guard.reads.isOpen).toBe(false);
  const gone = new AbortController();
  const slices = Promise.withResolvers<void>();
  const leaving = clientOf(upstream, { clientGone: gone.signal }).get(
    LIST,
    listOf('things', (item) => {
      slices.resolve();
      return { id: textOf(object(item, 'thing')['id'], 'thing.id') };
    }),
  );
  await slices.promise;
  gone.abort();
  await expect(leaving).rejects.toMatchObject({ name: 'CancelledError' });
  expect(await clientOf(upstream).get(LIST, read)).toHaveLength(90_000);
  expect(upstream.guard.reads.state).toBe('closed');
});
