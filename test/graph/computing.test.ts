import { expect, test } from 'vitest';
import { emptyState, grantKey } from '../../src/access/planning/access-state.ts';
import { compute } from '../../src/gateway/graph/computing/compute.ts';
import type { StateData } from '../../src/gateway/graph/computing/tasks.ts';

function stateOf(grants: number): StateData {
  const state = emptyState();
  for (let n = 0; n < grants; n += 1) {
    const subject = { type: 'USER' as const, id: `user-${n % 100}` };
    const target = { type: 'WORKFLOW_DEF', id: `flow-${n}` };
    state.grants.set(grantKey(subject, target), { subject, target, access: ['READ'] });
  }
  return { ...state, applications: [{ id: 'a1', name: 'billing', roleIds: [], groupIds: [], tags: [] }] };
}

test('what is worked out in a thread is what is worked out in place, and meanwhile others have their turns', async () => {
  const state = stateOf(20_000);
  const inPlace = await compute('describe', state, 0);
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  });
  const inThread = await compute('describe', state, state.grants.size);
  clearInterval(turn);
  expect(inThread).toBe(inPlace);
  expect(inThread).toContain('\n  billing:');
  expect(inThread.length).toBeGreaterThan(1_000_000);
  // Some hundred milliseconds, of which the thread takes nearly all.
  expect(turns).toBeGreaterThan(10);
});

test('what goes wrong in a thread is an error of whoever waits for it', async () => {
  const broken = { ...stateOf(1), users: null } as unknown as StateData;
  await expect(compute('describe', broken, 10_000)).rejects.toThrow();
});
