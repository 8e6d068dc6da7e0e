import { expect, test } from 'vitest';
import { KeyedMutex } from '../../src/gateway/graph/kit/keyed-mutex.ts';

test('work on one thing is done in the order in which it came, that on others beside it', async () => {
  const turns = new KeyedMutex();
  const told: string[] = [];
  const first = Promise.withResolvers<void>();
  const work =
    (name: string, until: Promise<void> = Promise.resolve()) =>
    async () => {
      told.push(`${name} begins`);
      await until;
      told.push(`${name} ends`);
      return name;
    };
  const same = [turns.take('a', work('one', first.promise)), turns.take('a', work('two'))];
  await turns.take('b', work('other'));
  expect(told).toEqual(['one begins', 'other begins', 'other ends']);
  first.resolve();
  expect(await Promise.all(same)).toEqual(['one', 'two']);
  expect(told.slice(3)).toEqual(['one ends', 'two begins', 'two ends']);
});

test('work that fails is told to who asked for it, and to nobody after', async () => {
  const turns = new KeyedMutex();
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});
