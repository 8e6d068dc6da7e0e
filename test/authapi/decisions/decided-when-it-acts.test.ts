import { afterAll, describe, expect, it } from 'vitest';
import { race } from './race.ts';
import { registeredWrites } from './registered-routes.ts';
import { WAYS } from './ways.ts';
import { World } from './world.ts';

const writes = await registeredWrites();
const world = await World.start();
afterAll(() => world.stop());

/** One end of each kind; `test/slow/decided-when-it-acts.test.ts` has all of them. */
const KINDS = ['its key is deleted', 'is deleted and made again', 'is demoted', 'has the grant revoked'];
const ways = WAYS.map((way) => ({
  ...way,
  ends: Object.fromEntries(Object.entries(way.ends).filter(([end]) => KINDS.includes(end))),
})).filter(({ ends }) => Object.keys(ends).length > 0);

describe('a write is decided when it acts, not when it began', () => {
  it('whatever the route: all but the two that sign in take a token', () => {
    const open = writes.filter(({ isOpen }) => isOpen).map(({ name }) => name);
    expect(open).toEqual(['POST /api/token', 'POST /auth/api/v1/oauth/token']);
    expect(writes.length).toBeGreaterThan(40);
  });

  it.each(writes.filter(({ isOpen }) => !isOpen))('$name', async (route) => {
    const opened = [];
    for (const way of ways) opened.push(await race(world, route, way));
    expect(opened.slice(0, 2), 'an ADMIN may send it; if not, examples.ts is to say how').toEqual([
      true,
      true,
    ]);
  });
});
