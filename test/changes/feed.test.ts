import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { groupEntityKey } from '../../src/gateway/changes/capture/entity-keys.ts';
import type { Change } from '../../src/gateway/changes/journal/change.ts';
import type { ChangeStream } from '../../src/gateway/changes/journal/change-stream.ts';
import { ChangeFeed } from '../../src/gateway/changes/journal/feed.ts';
import { type History, SqliteJournal } from '../../src/gateway/changes/journal/journal.ts';

const feeds: ChangeFeed[] = [];
const logged: { msg: string }[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
  logged.length = 0;
});

function open(file = ':memory:', backlog = 10, history: Partial<History> = {}): ChangeFeed {
  const journal = new SqliteJournal(file, { rows: 1_000_000, ageMs: 3_600_000, ...history });
  const feed = new ChangeFeed(journal, backlog, logger);
  feeds.push(feed);
  return feed;
}

function change(id: string, at = Date.now()): Change {
  return {
    ...groupEntityKey(id),
    action: 'DELETED',
    source: 'OBSERVED',
    actor: null,
    at,
    before: null,
    after: null,
  };
}

async function take(stream: ChangeStream, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { value, done } = await stream.next();
    if (done || !value) break;
    ids.push(value.id);
  }
  return ids;
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`);

describe('a follower', () => {
  test('gets everything in order, whether it waits, falls behind in memory, or reads far behind from the journal', async () => {
    const feed = open(':memory:', 1_000_000);
    const waiting = feed.follow(null);
    const first = take(waiting, 1);
    const behind = feed.follow(null);
    const beginning = behind.cursor;
    for (const id of numbers(0, 5000)) feed.append([change(id)]);
    expect(await first).toEqual(['0']);
    expect(await take(waiting, 4999)).toEqual(numbers(1, 5000));
    expect(await take(behind, 5000)).toEqual(numbers(0, 5000));
    expect(await take(feed.follow(beginning), 5000)).toEqual(numbers(0, 5000));
  });

  test('that does not read is cut off with its cursor, and goes on from there; others do not notice', async () => {
    const feed = open();
    const slow = feed.follow(null);
    const quick = feed.follow(null);
    feed.append([change('0')]);
    expect(await take(slow, 1)).toEqual(['0']);
    expect(await take(quick, 1)).toEqual(['0']);
    for (const id of numbers(1, 30)) {
      feed.append([change(id)]);
      expect(await take(quick, 1)).toEqual([id]);
    }
    const error = await slow.next().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ extensions: { code: 'SLOW_CONSUMER', cursor: expect.any(String) } });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
    const { cursor } = (error as { extensions: { cursor: string } }).extensions;
    expect(await take(feed.follow(cursor), 29)).toEqual(numbers(1, 30));
  });

  test('that reads a long past is not slow', async () => {
    const feed = open(':memory:', 10);
    const { cursor } = feed.follow(null);
    for (const id of numbers(0, 1000)) feed.append([change(id)]);
    expect(await take(feed.follow(cursor), 1000)).toEqual(numbers(0, 1000));
  });

  test('is let go at once when it ends while it waits', async () => {
    const feed = open();
    const stream = feed.follow(null);
    const next = stream.next();
    await stream.return();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  test('costs a place, not a queue: 50 that do not read take less than 20 MB while 5,000 changes pass', async () => {
    const feed = open(':memory:', 1_000_000);
    feed.append([change('warm')]);
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const streams = Array.from({ length: 50 }, () => feed.follow(null));
    for (const id of numbers(0, 5000)) feed.append([change(id)]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
    for (const stream of streams) expect(await take(stream, 3)).toEqual(['0', '1', '2']);
  });
});

describe('the past', () => {
  test('is kept to a number of changes, and a cursor before it is told where to begin', async () => {
    const feed = open(':memory:', 10, { rows: 50 });
    const { cursor } = feed.follow(null);
    for (const id of numbers(0, 300)) feed.append([change(id)]);
    let expired: unknown;
    try {
      feed.follow(cursor);
    } catch (error) {
      expired = error;
    }
    expect(expired).toMatchObject({ extensions: { code: 'CURSOR_EXPIRED', beginAt: expect.any(String) } });
    const { beginAt } = (expired as { extensions: { beginAt: string } }).extensions;
    const rest = await take(feed.follow(beginAt), 50);
    expect(rest[0]).not.toBe('0');
    const last = Number(rest[0]);
    expect(rest).toEqual(numbers(last, last + 50));
  });

  test('is kept for a time', () => {
    const feed = open(':memory:', 10, { ageMs: 1000 });
    for (const id of numbers(0, 250)) feed.append([change(id, Date.now() - 5000)]);
    expect(feed.journal.after(0, 1000).length).toBeLessThan(100);
  });
});

describe('a journal in a file', () => {
  test('hands changes from one process to another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolegraph-changes-'));
    const [here, there] = [open(join(folder, 'changes.db')), open(join(folder, 'changes.db'))];
    const stream = there.follow(null);
    for (const id of numbers(0, 5)) {
      const next = take(stream, 1);
      await setTimeout(10);
      here.append([change(id)]);
      expect(await next).toEqual([id]);
    }
    await rm(folder, { recursive: true });
  });

  test('is the same after a restart, cursors and all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolegraph-changes-'));
    const file = join(folder, 'changes.db');
    const first = open(file);
    const { cursor } = first.follow(null);
    for (const id of numbers(0, 7)) first.append([change(id)]);
    first.close();
    expect(await take(open(file).follow(cursor), 7)).toEqual(numbers(0, 7));
    await rm(folder, { recursive: true });
  });
});

test('changes that the journal does not take wait in order, are logged, and follow once it does', async () => {
  const feed = open();
  const stream = feed.follow(null);
  const { journal } = feed;
  const append = journal.append;
  journal.append = () => {
    throw new Error('disk full');
  };
  feed.append([change('0')]);
  journal.append = append;
  feed.append([change('1')]);
  expect(logged.map(({ msg }) => msg)).toEqual(['The journal of changes cannot be written']);
  expect(await take(stream, 2)).toEqual(['0', '1']);
  expect(logged.map(({ msg }) => msg)).toContain('The journal of changes is written again');
});
