import { beforeEach, describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../../src/gateway/upstream/resilience/circuit-breaker.ts';

const OPEN_MS = 1000;
let now: number;
let breaker: CircuitBreaker;
beforeEach(() => {
  now = 0;
  breaker = new CircuitBreaker(OPEN_MS, () => now);
});

/** Makes calls, `x` for one that fails. */
function call(outcomes: string): void {
  for (const outcome of outcomes) {
    const ticket = breaker.admit();
    if (outcome === 'x') breaker.failed(ticket);
    else breaker.succeeded(ticket);
  }
}

describe('a circuit breaker', () => {
  test.each([
    ['nothing but success', '.'.repeat(50), false],
    ['nine failures', 'x'.repeat(9), false],
    ['ten failures in a row', 'x'.repeat(10), true],
    ['ten failures after many successes', `${'.'.repeat(50)}${'x'.repeat(10)}`, true],
    ['every other call failing', '.x'.repeat(10), true],
    ['every third call failing', '..x'.repeat(50), false],
  ])('after %s', (_, outcomes, isOpen) => {
    call(outcomes);
    expect(breaker.isOpen).toBe(isOpen);
    expect(breaker.admit() === 0).toBe(isOpen);
  });

  test('lets one probe through when its time is over, and no second beside it', () => {
    call('x'.repeat(10));
    now = OPEN_MS - 1;
    expect([breaker.admit(), breaker.retryAfterSeconds]).toEqual([0, 1]);
    now = OPEN_MS;
    expect(breaker.admit()).toBeGreaterThan(0);
    expect(breaker.admit()).toBe(0);
  });

  test('closes when the probe succeeds, with the failures forgotten', () => {
    call('x'.repeat(10));
    now = OPEN_MS;
    call('.');
    expect(breaker.isUntroubled).toBe(true);
    call('x'.repeat(9));
    expect(breaker.isOpen).toBe(false);
  });

  test('stays open as long again when the probe fails', () => {
    call('x'.repeat(10));
    now = OPEN_MS;
    call('x');
    now = 2 * OPEN_MS - 1;
    expect(breaker.isOpen).toBe(true);
    now = 2 * OPEN_MS;
    expect(breaker.isOpen).toBe(false);
  });

  test('lets another probe through when the first ended without telling anything', () => {
    call('x'.repeat(10));
    now = OPEN_MS;
    const probe = breaker.admit();
    breaker.abandoned(probe);
    expect(breaker.admit()).toBeGreaterThan(0);
  });

  test('learns nothing about now from calls that it let through before it opened', () => {
    const [early, late] = [breaker.admit(), breaker.admit()];
    call('x'.repeat(10));
    breaker.succeeded(early);
    expect(breaker.isOpen).toBe(true);
    now = OPEN_MS;
    const probe = breaker.admit();
    breaker.failed(late);
    breaker.succeeded(probe);
    expect(breaker.isOpen).toBe(false);
  });

  test('never opens where that is off', () => {
    breaker = new CircuitBreaker(0, () => now);
    call('x'.repeat(100));
    expect(breaker.isOpen).toBe(false);
  });
});
