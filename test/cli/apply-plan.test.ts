import { expect, test } from 'vitest';
import { emptyState } from '../../src/access/planning/access-state.ts';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import { applyPlan } from '../../src/cli/access/apply-plan.ts';
import type { Ask } from '../../src/cli/access/gateway-client.ts';

const changes = Array.from(
  { length: 250 },
  (_, index): PlannedChange => ({ kind: 'DELETE_USER', id: `user-${index}` }),
);

type Status = (index: number) => { readonly status: string; readonly message?: string };

/** A gateway that makes changes as it is told, and remembers how many it was sent each time. */
function gateway(
  statusOf: Status,
  before: () => void = () => {},
): { readonly ask: Ask; readonly sent: number[] } {
  const sent: number[] = [];
  let made = 0;
  const ask: Ask = async (_, variables, shape) => {
    before();
    const { items } = variables as { readonly items: readonly unknown[] };
    sent.push(items.length);
    const results = items.map((_item, index) => ({ message: null, ...statusOf(made + index) }));
    const end = results.findIndex(({ status }) => status !== 'APPLIED');
    made += end === -1 ? results.length : end;
    return shape.parse({ applyAccessChanges: { results, userErrors: [] } });
  };
  return { ask, sent };
}

test('changes are sent a hundred at a time', async () => {
  const { ask, sent } = gateway(() => ({ status: 'APPLIED' }));
  await applyPlan(changes, emptyState(), ask);
  expect(sent).toEqual([100, 100, 50]);
});

test('what one operation had no time for is sent again', async () => {
  let calls = 0;
  const { ask, sent } = gateway(
    (index) => ({ status: index < calls * 60 ? 'APPLIED' : 'SKIPPED' }),
    () => {
      calls += 1;
    },
  );
  await applyPlan(changes, emptyState(), ask);
  expect(sent).toEqual([100, 100, 100, 70, 10]);
});

test('a failure ends it, with what failed and how far it got', async () => {
  const { ask } = gateway((index) =>
    index < 120 ? { status: 'APPLIED' } : { status: 'FAILED', message: 'Not today.' },
  );
  await expect(applyPlan(changes, emptyState(), ask)).rejects.toThrow(
    'delete user user-120: Not today.\nStopped after 120 of 250 changes. Run it again to go on from there.',
  );
});

test('a gateway that gets nothing done is not asked for ever', async () => {
  const { ask, sent } = gateway(() => ({ status: 'SKIPPED', message: 'No time.' }));
  await expect(applyPlan(changes, emptyState(), ask)).rejects.toThrow(
    'No time.\nStopped after 0 of 250 changes.',
  );
  expect(sent).toEqual([100]);
});

test('Ctrl-C lets the changes that were sent finish, and sends no more', async () => {
  const listeners = process.listenerCount('SIGINT');
  const { ask, sent } = gateway(
    () => ({ status: 'APPLIED' }),
    () => process.emit('SIGINT', 'SIGINT'),
  );
  await expect(applyPlan(changes, emptyState(), ask)).rejects.toThrow(
    'Interrupted.\nStopped after 100 of 250 changes.',
  );
  expect(sent).toEqual([100]);
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});
