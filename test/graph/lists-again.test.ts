import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const QUERY = '{ users(first: 100) { nodes { __typename id name roles { id } contact { value } } } }';
/** The third answer is the first by which the plan keeps text, the fifth one the first that is made of it. */
const TIMES = 6;

test('a list that comes again is asked for each time, and shows a change as soon as it is there', async () => {
  const stack = await startStack();
  try {
    await buildWorld(stack);
    const names = [];
    for (let time = 0; time < 2 * TIMES; time += 1) {
      if (time === TIMES)
        await stack.call('PUT', '/api/users/bob@example.com', { name: 'Robert "Bob" Ünal' });
      expect(await stack.cost(QUERY)).toEqual(['GET /api/users?apps=false']);
      names.push(JSON.stringify(await stack.data(QUERY)).includes('Robert'));
    }
    expect(names).toEqual(Array.from({ length: 2 * TIMES }, (_, time) => time >= TIMES));
  } finally {
    await stack.stop();
  }
});

/** Tells each caller the same users, but for one byte. */
function oneByteApart() {
  return createServer(({ headers }, response) => {
    const caller = String(headers['x-authorization']).slice(-1);
    const users = Array.from({ length: 20 }, (_, n) => ({
      id: `u${n}`,
      name: `as ${n === 7 ? caller : 'all'} see it`,
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(users));
  });
}

test('callers whose lists differ by one byte get each their own, turn by turn and at once', async () => {
  const upstream = oneByteApart();
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  const stack = await startStack({ between: async () => `http://127.0.0.1:${port}` });
  afterAll(() => upstream.close());
  const ask = async (caller: string) => {
    const text = JSON.stringify(
      await stack.data('{ users { nodes { id name } } }', { token: `token-${caller}` }),
    );
    return /as (\w) see it/.exec(text)?.[1];
  };
  try {
    const turns = [...'aaaaaabababbbbbab'];
    for (const caller of turns) expect(await ask(caller)).toBe(caller);
    expect(await Promise.all(turns.map(ask))).toEqual(turns);
  } finally {
    await stack.stop();
    upstream.closeAllConnections();
  }
});
