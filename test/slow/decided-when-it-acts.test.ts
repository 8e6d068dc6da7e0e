import { afterAll, describe, expect, it } from 'vitest';
import { race } from '../authapi/decisions/race.ts';
import { registeredWrites } from '../authapi/decisions/registered-routes.ts';
import { WAYS } from '../authapi/decisions/ways.ts';
import { World } from '../authapi/decisions/world.ts';

const closed = (await registeredWrites()).filter(({ isOpen }) => !isOpen);
const world = await World.start();
afterAll(() => world.stop());

describe('whatever goes while a write is under way', () => {
  it.each(WAYS)('$name', async (way) => {
    const opened = [];
    for (const route of closed) if (await race(world, route, way)) opened.push(route.name);
    if (way.name.includes('ADMIN')) expect(opened).toEqual(closed.map(({ name }) => name));
    else expect(opened.length).toBeGreaterThan(5);
  }, 120_000);
});
