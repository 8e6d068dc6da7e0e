import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { follow, TRANSPORTS } from '../subscriptions/follower.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const TRIALS = 1000;
/** All of them follow each other's changes, in the process that measures: with more, it would be its own load that counts. */
const AT_ONCE = 20;
/** The bound on how long a stream may outlive the right to it. */
const IN_TIME = 2000;
const FEED = 'subscription { accessChanges { cursor after { ... on Group { description } } } }';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    changes: { file: ':memory:', history: { rows: 100_000, ageMs: 3_600_000 }, backlog: 1000, watch: null },
  });
  await stack.call('PUT', '/api/groups/watched', { description: 'At first', roles: [] });
});
afterAll(() => stack.stop());

const rename = (description: string) =>
  stack.data(
    `mutation { upsertGroup(id: "watched", input: { description: "${description}" }) { userErrors { code } } }`,
  );

/** Takes the right to see anything from a user: through the gateway, or straight at the upstream. */
async function revoke(user: string): Promise<void> {
  if (Math.random() < 0.5) {
    await stack.data(
      `mutation { upsertUser(id: "${user}", input: { name: "No more", roleIds: [] }) { userErrors { code } } }`,
    );
  } else {
    await stack.call('PUT', `/api/users/${user}`, { name: 'No more', roles: [] });
  }
}

/** One follower that loses its right at a random moment while changes are made; gives what it was sent. */
async function trial(index: number): Promise<{ readonly seen: string; readonly afterMs: number }> {
  const user = `user-${index}@example.com`;
  await stack.call('PUT', `/api/users/${user}`, { name: 'Follower', roles: ['ADMIN'] });
  const endpoint = `${stack.url}/graphql`;
  const transport = TRANSPORTS[index % TRANSPORTS.length] ?? 'WebSocket';
  const token = await stack.as(user);
  const follower = await follow(
    transport,
    { endpoint, socketEndpoint: endpoint.replace('http', 'ws') },
    token,
    FEED,
  );
  let seen = '';
  let endedAt = Number.NaN;
  const reading = (async () => {
    for (;;) {
      const result = await follower.next().catch(() => null);
      if (result === null || result.errors?.[0].extensions.cursor) break;
      seen += JSON.stringify(result);
    }
    endedAt = performance.now();
  })();
  const allowed = rename(`allowed-${index}.`);
  // The right is taken before, while, or after the change is told.
  if (Math.random() < 0.7) await allowed;
  await setTimeout(Math.random() * 20);
  await revoke(user);
  const revokedAt = performance.now();
  await Promise.all([allowed, rename(`forbidden-${index}.`)]);
  await reading;
  follower.leave();
  return { seen, afterMs: endedAt - revokedAt };
}

test('a follower never sees what happened after its right was taken, and its stream ends in time', async () => {
  let allowed = 0;
  for (let start = 0; start < TRIALS; start += AT_ONCE) {
    const indexes = Array.from({ length: AT_ONCE }, (_, offset) => start + offset);
    const trials = await Promise.all(indexes.map(trial));
    for (const [offset, { seen, afterMs }] of trials.entries()) {
      expect(seen).not.toContain(`forbidden-${start + offset}.`);
      expect(afterMs).toBeLessThan(IN_TIME);
      if (seen.includes(`allowed-${start + offset}.`)) allowed += 1;
    }
  }
  // The followers did follow: some got the change that was made before.
  expect(allowed).toBeGreaterThan(TRIALS / 20);
});
