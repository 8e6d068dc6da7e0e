import { expect, test } from 'vitest';
import { type Outcome, violations } from './history.ts';

test.each<[Outcome, number, boolean]>([
  ['acknowledged', 0, true],
  ['acknowledged', 1, false],
  ['acknowledged', 2, true],
  ['failed', 0, false],
  ['failed', 1, true],
  ['unknown', 0, false],
  ['unknown', 1, false],
  ['unknown', 2, true],
])('the checker of histories: %s and done %i times is wrong: %s', (outcome, found, isWrong) => {
  expect(violations([{ what: 'it', outcome, found }])).toHaveLength(isWrong ? 1 : 0);
});
