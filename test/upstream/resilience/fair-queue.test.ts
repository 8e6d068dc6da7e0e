import { describe, expect, test } from 'vitest';
import { FairQueue } from '../../../src/gateway/upstream/resilience/fair-queue.ts';

/** A queue of one place that is taken, and calls that note when their turn comes. */
function crowded(most = 100) {
  const queue = new FairQueue(1, most);
  const log: string[] = [];
  queue.enter();
  const operations = new Map<string, object>();
  const operationOf = (name: string) => {
    const known = operations.get(name) ?? {};
    operations.set(name, known);
    return known;
  };
  const wait = (operation: string, call: string, wants = true) => {
    const waiting = {
      admitted() {
        log.push(`${operation}${call}`);
        return wants;
      },
      refused: () => void log.push(`no ${operation}${call}`),
    };
    queue.wait(operationOf(operation), waiting);
    return () => queue.withdraw(operationOf(operation), waiting);
  };
  return { queue, log, wait };
}

describe('a fair queue', () => {
  test('has as many places as it was given', () => {
    const queue = new FairQueue(2, 1);
    expect([queue.enter(), queue.enter(), queue.enter()]).toEqual([true, true, false]);
    queue.leave();
    expect(queue.enter()).toBe(true);
  });

  test('takes operations in turn, so that a small one never waits for a large one', () => {
    const { queue, log, wait } = crowded();
    for (let call = 1; call <= 4; call += 1) wait('large', String(call));
    wait('small', '1');
    wait('other', '1');
    wait('other', '2');
    for (let turn = 0; turn < 7; turn += 1) queue.leave();
    expect(log).toEqual(['large1', 'small1', 'other1', 'large2', 'other2', 'large3', 'large4']);
  });

  test('gives a place on that is not wanted, and frees it when nobody wants it', () => {
    const { queue, log, wait } = crowded();
    wait('a', '1', false);
    wait('b', '1', false);
    queue.leave();
    expect(log).toEqual(['a1', 'b1']);
    expect(queue.enter()).toBe(true);
  });

  test('forgets who waits no longer', () => {
    const { queue, log, wait } = crowded();
    const leave = wait('a', '1');
    wait('a', '2');
    leave();
    leave();
    expect(queue.length).toBe(1);
    queue.leave();
    expect(log).toEqual(['a2']);
  });

  test('refuses the last call of the operation that has most, when too many wait', () => {
    const { queue, log, wait } = crowded(3);
    for (let call = 1; call <= 3; call += 1) wait('large', String(call));
    wait('small', '1');
    expect(log).toEqual(['no large3']);
    wait('other', '1');
    expect(log).toEqual(['no large3', 'no large2']);
    expect(queue.length).toBe(3);
  });
});
