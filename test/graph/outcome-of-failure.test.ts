import { expect, test } from 'vitest';
import { outcomeOfFailure } from '../../src/gateway/graph/bulk-changes/outcome.ts';
import { CircuitOpenError } from '../../src/gateway/upstream/errors/circuit-open-error.ts';
import { OverloadedError } from '../../src/gateway/upstream/errors/overloaded-error.ts';
import { TimeoutError } from '../../src/gateway/upstream/errors/timeout-error.ts';

test.each([
  ['the upstream is left alone', new CircuitOpenError('authorization API', 1)],
  ['too many calls wait', new OverloadedError('authorization API')],
])('a write that was held back, since %s, is skipped: it is safe to send again', (_, error) => {
  expect(outcomeOfFailure(error, true)).toMatchObject({ status: 'SKIPPED', message: error.message });
});

test('a write without an answer may have been made', () => {
  expect(outcomeOfFailure(new TimeoutError('authorization API'), true).status).toBe('OUTCOME_UNKNOWN');
});
