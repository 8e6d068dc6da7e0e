import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { JournalMetrics } from '../../src/gateway/telemetry/metrics/journal-metrics.ts';
import { at } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { type Inside, type InsideOptions, startInside } from './in-process.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => stack.stop());

const WATCHED = { watch: { everyMs: 1_000_000, calls: 100 } };
/** The feed tries again every second. */
const SOON = { timeout: 5000 };

function start(changes: InsideOptions['changes']): Inside {
  const inside = startInside(stack.apiUrl, { ...(changes && { changes }) });
  onTestFinished(() => inside.stop());
  stack.rest.clear();
  return inside;
}

const describeGroup = (id: string, description: string) =>
  `mutation { upsertGroup(id: "${id}", input: {description: "${description}"}) { userErrors { code } group { id } } }`;
const write = (inside: Inside, id: string) =>
  inside.execute(describeGroup(id, `${Math.random()}`), stack.admin);
const codesOf = (answer: object) => at(answer, 'errors', '0', 'extensions', 'code');
const told = ({ changes }: Inside) =>
  changes.feed.journal.after(0, 100).map(({ source, action, id }) => `${source} ${action} ${id}`);
const writes = () => stack.rest.log.filter((call) => !call.startsWith('GET '));

/** Makes the journal refuse what these methods do, until it is called again. */
function breakJournal({ changes }: Inside, ...what: ('append' | 'begin' | 'end')[]): () => void {
  const { journal } = changes.feed;
  const full = () => {
    throw new Error('database or disk is full');
  };
  const spies = what.map((one) => {
    if (one === 'append') return vi.spyOn(journal, 'append').mockImplementation(full);
    return vi.spyOn(journal.known, one === 'begin' ? 'beginWrite' : 'endWrite').mockImplementation(full);
  });
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}

describe('while the journal cannot be written, and writes go on', () => {
  test.each([
    ['neither at the begin of a write nor afterwards', ['append', 'begin', 'end']],
    ['after it', ['append', 'end']],
    ['where its changes go', ['append']],
    ['where it is said to be over', ['end']],
  ] as const)('%s: the write is done and is begun no longer than the trouble lasts', async (_, what) => {
    const inside = start(WATCHED);
    const { feed } = inside.changes;
    const { known } = feed.journal;
    const mend = breakJournal(inside, ...what);
    expect(await write(inside, 'ops')).toMatchObject({ data: { upsertGroup: { group: { id: 'ops' } } } });
    expect(known.oldestWrite()).toBeGreaterThan(0);
    expect(feed.health).toMatchObject({ isWritable: false });
    expect(feed.health.failures).toBeGreaterThan(0);
    mend();
    await vi.waitFor(
      () => expect(feed.health).toMatchObject({ isWritable: true, waiting: 0, lost: 0 }),
      SOON,
    );
    expect(known.oldestWrite()).toBeNull();
    expect(told(inside)).toHaveLength(1);
    const messages = inside.logged.map(({ msg }) => msg);
    expect(messages.filter((text) => text === 'The journal of changes cannot be written')).toHaveLength(1);
    expect(messages).toContain('The journal of changes is written again');
    await stack.call('DELETE', '/api/groups/ops');
  });

  test('what waits is told once, and not found by the watcher as made elsewhere', async () => {
    const inside = start(WATCHED);
    const watcher = inside.watch(stack.admin);
    await watcher.round();
    const mend = breakJournal(inside, 'append', 'begin');
    await write(inside, 'waits');
    await watcher.round().catch(() => {});
    mend();
    await watcher.round();
    expect(told(inside)).toEqual(['OBSERVED CREATED waits']);
    await stack.call('DELETE', '/api/groups/waits');
  });

  test('what is more than can wait is counted as lost, and the writes are over all the same', async () => {
    const inside = start(WATCHED);
    const { feed } = inside.changes;
    await write(inside, 'many');
    const [change] = feed.journal.after(0, 1);
    if (!change) return expect.fail('no change');
    const mend = breakJournal(inside, 'append');
    const end = vi.fn();
    for (let n = 0; n < 10_003; n += 1) feed.append([change], end);
    expect(feed.health).toMatchObject({ isWritable: false, waiting: 10_000, lost: 3 });
    mend();
    await vi.waitFor(() => expect(feed.health.isWritable).toBe(true), SOON);
    expect(end).toHaveBeenCalledTimes(10_003);
    await stack.call('DELETE', '/api/groups/many');
  });
});

describe('while the journal cannot be written, and writes are refused', () => {
  test('nothing is sent, reads and dry runs are answered, and writes are taken again once it can be', async () => {
    const inside = start({ failures: 'refuse' });
    const mend = breakJournal(inside, 'begin');
    const refused = await write(inside, 'never');
    expect(codesOf(refused)).toBe('JOURNAL_UNAVAILABLE');
    expect(at(refused, 'errors', '0', 'message')).toContain('was not sent');
    const list = (dryRun: boolean) => `mutation { applyAccessChanges(dryRun: ${dryRun},
      items: [{upsertGroup: {id: "never", description: "G"}}]) { __typename } }`;
    expect(codesOf(await inside.execute(list(false), stack.admin))).toBe('JOURNAL_UNAVAILABLE');
    expect(await inside.execute(list(true), stack.admin)).not.toHaveProperty('errors');
    expect(await inside.execute('{ groups { totalCount } }', stack.admin)).not.toHaveProperty('errors');
    expect(writes()).toEqual([]);
    mend();
    await vi.waitFor(() => expect(inside.changes.feed.health.isWritable).toBe(true), SOON);
    expect(await write(inside, 'now')).not.toHaveProperty('errors');
    expect(told(inside)).toEqual(['OBSERVED CREATED now']);
    await stack.call('DELETE', '/api/groups/now');
  });

  test('changes of a write that was under way wait, and no further write is taken before they are journaled', async () => {
    const inside = start({ failures: 'refuse' });
    const mend = breakJournal(inside, 'append');
    expect(await write(inside, 'first')).not.toHaveProperty('errors');
    expect(codesOf(await write(inside, 'second'))).toBe('JOURNAL_UNAVAILABLE');
    expect(writes()).toEqual(['PUT /api/groups/first']);
    mend();
    await vi.waitFor(() => expect(told(inside)).toEqual(['OBSERVED CREATED first']), SOON);
    expect(await write(inside, 'second')).not.toHaveProperty('errors');
    for (const id of ['first', 'second']) await stack.call('DELETE', `/api/groups/${id}`);
  });
});

test('operators see in a word and in figures how the journal is getting on, and that there is none', () => {
  const metrics = new JournalMetrics();
  expect([metrics.state, metrics.text()]).toEqual(['OFF', '']);
  const health = { isWritable: true, waiting: 0, failures: 0, lost: 0 };
  metrics.watch({ health });
  expect(metrics.state).toBe('OK');
  metrics.watch({ health: { isWritable: false, waiting: 7, failures: 3, lost: 2 } });
  expect(metrics.state).toBe('FAILING');
  expect(metrics.text().split('\n')).toEqual(
    expect.arrayContaining([
      'rolegraph_journal_writable 0',
      'rolegraph_journal_waiting_changes 7',
      'rolegraph_journal_failures_total 3',
      'rolegraph_journal_lost_changes_total 2',
    ]),
  );
});
