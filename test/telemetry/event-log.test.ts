import { expect, onTestFinished, test, vi } from 'vitest';
import { LogThrottle } from '../../src/gateway/telemetry/log/log-throttle.ts';
import type { LoggedOperations } from '../../src/gateway/telemetry/log/operation-log.ts';
import { EVENT_STREAM, RawStream } from '../subscriptions/raw-stream.ts';
import { type CutProxy, startCutProxy } from '../support/cut-proxy.ts';
import { startStack } from '../support/start-stack.ts';

const CHANGES = { file: ':memory:', history: { rows: 100, ageMs: 60_000 }, backlog: 100, watch: null };

async function stackWithStreams(logOperations: LoggedOperations) {
  const stack = await startStack({ changes: CHANGES, gateway: { logOperations } });
  onTestFinished(() => stack.stop().catch(() => {}));
  const lines = (): Record<string, unknown>[] =>
    stack.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => String(msg).startsWith('stream'));
  const open = (requestId: string) =>
    RawStream.open(`${stack.url}/graphql`, 'subscription { accessChanges { cursor } }', {
      accept: EVENT_STREAM,
      authorization: `Bearer ${stack.admin}`,
      'x-request-id': requestId,
    });
  return { stack, lines, open };
}

test('with all, a stream has a line when it opens and one when it ends, by its request id', async () => {
  const { lines, open } = await stackWithStreams('all');
  const stream = await open('mine');
  expect(lines()).toMatchObject([{ requestId: 'mine', msg: 'stream opened' }]);
  stream.leave();
  await vi.waitFor(() => expect(lines()).toHaveLength(2));
  expect(lines()[1]).toMatchObject({ requestId: 'mine', msg: 'stream ended' });
  expect(lines()[1]).not.toHaveProperty('code');
});

test('with failed, only those that end with a code do, and few of each', async () => {
  const { stack, lines, open } = await stackWithStreams('failed');
  const left = await open('left');
  left.leave();
  await Promise.all(Array.from({ length: 30 }, (_, index) => open(`open-${index}`)));
  await stack.stop();
  expect(lines()).toHaveLength(20);
  for (const line of lines()) {
    expect(line).toMatchObject({ msg: 'stream ended', code: 'SERVER_SHUTDOWN' });
    expect(line['requestId']).toMatch(/^open-/);
  }
});

test('an upstream that fails has one line with the cause, one when it begins to be left alone, and one when it answers again', async () => {
  let proxy: CutProxy | undefined;
  const stack = await startStack({
    limits: { repeats: 0, pauseMs: 200 },
    between: async (apiUrl) => {
      proxy = await startCutProxy(apiUrl);
      return proxy.url;
    },
  });
  onTestFinished(async () => {
    await stack.stop();
    await proxy?.stop();
  });
  const lines = (): Record<string, unknown>[] =>
    stack.logLines
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => String(msg).startsWith('An upstream'))
      .map(({ level, upstream, calls, msg }) => ({ level, upstream, calls, msg }));
  proxy?.cutAfter(0, 'before');
  for (let i = 0; i < 40; i += 1) await stack.query('{ groups { totalCount } }');
  const about = { upstream: 'authorization API', calls: 'reads' };
  const paused = { ...about, level: 40, msg: 'An upstream keeps failing; its circuit is open' };
  const cause = { level: 40, upstream: about.upstream, msg: 'An upstream cannot be reached' };
  expect(lines()).toEqual([cause, paused]);
  proxy?.mend();
  await vi.waitFor(async () => expect((await stack.query('{ groups { totalCount } }')).errors).toEqual([]), {
    timeout: 5000,
    interval: 50,
  });
  expect(lines()).toEqual([cause, paused, { ...about, level: 30, msg: 'An upstream answers again' }]);
});

test('lines that are left out are counted in the next that is not, each kind by itself', () => {
  let now = 0;
  const few = new LogThrottle({ lines: 2, everyMs: 1000 }, () => now);
  expect(['a', 'a', 'a', 'b', 'a'].map((kind) => few.take(kind))).toEqual([0, 0, null, 0, null]);
  now = 1000;
  expect(['a', 'b', 'a'].map((kind) => few.take(kind))).toEqual([2, 0, 0]);
});
