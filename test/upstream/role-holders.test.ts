import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRoleHolderLoader } from '../../src/gateway/graph/access-requests/role-holder-loader.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientFor } from './rest-client.ts';

const STORE = '/role-store/api/v1/users';
const FIRST_PAGE = `POST ${STORE}/search?limit=100&offset=0`;
const KEYS = Array.from({ length: 12 }, (_, index) => `user-${index}`);
const role = { id: 'r1', name: 'auditor', grant_type: 'PERMANENT' };
const users = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `user-${from + index}`, roles: [role] }));

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

/** Asks for what all of `KEYS` hold, at once, and gives the keys of those that hold the role. */
async function holders(): Promise<string[]> {
  const loader = createRoleHolderLoader(clientFor(server.url));
  const found = await Promise.all(KEYS.map((key) => loader.load(key)));
  return found.flatMap((holder) => (holder?.roles[0]?.role.id === 'r1' ? [holder.id] : []));
}

test('what many users hold comes in pages of all users', async () => {
  server.on(FIRST_PAGE, json({ count: 150, items: users(100, 100) }));
  server.on(`POST ${STORE}/search?limit=100&offset=100`, json({ count: 150, items: users(0, 50) }));
  expect(await holders()).toEqual(KEYS);
  expect(server.log).toHaveLength(2);
});

test('of more pages than users, only the first is read, and who is not on it one by one', async () => {
  server.on(FIRST_PAGE, json({ count: 5000, items: users(6, 100) }));
  for (const key of KEYS) server.on(`GET ${STORE}/${key}/roles`, json({ count: 1, items: [role] }));
  expect(await holders()).toEqual(KEYS);
  expect(server.log.toSorted()).toEqual(
    [...KEYS.slice(0, 6).map((key) => `GET ${STORE}/${key}/roles`), FIRST_PAGE].toSorted(),
  );
});

test('who stands in a page without roles is asked about alone, since nothing there means none', async () => {
  const items = users(0, 12).map(({ id, roles }) => (id === 'user-3' ? { id } : { id, roles }));
  server.on(FIRST_PAGE, json({ count: 12, items }));
  server.on(`GET ${STORE}/user-3/roles`, json({ count: 1, items: [role] }));
  expect(await holders()).toEqual(KEYS);
  expect(server.log).toHaveLength(2);
});
