import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Followed, type Inside, startInside } from '../changes/in-process.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

/** What a follower may be, and the kinds of changes that it may then see (contract section 3). */
const RIGHTS = {
  admin: {
    roles: ['ADMIN'],
    sees: [
      'USER',
      'GROUP',
      'MEMBERSHIP',
      'ROLE',
      'APPLICATION',
      'ACCESS_KEY',
      'GRANT',
      'GATEWAY_AUTH_CONFIG',
    ],
  },
  groups: { roles: ['group-reader'], sees: ['GROUP', 'ROLE', 'GRANT'] },
  users: { roles: ['user-reader'], sees: ['USER', 'ROLE', 'GRANT'] },
  both: { roles: ['group-reader', 'user-reader'], sees: ['USER', 'GROUP', 'MEMBERSHIP', 'ROLE', 'GRANT'] },
  nobody: { roles: [], sees: ['ROLE', 'GRANT'] },
} as const;
type Right = keyof typeof RIGHTS;
const RIGHT_NAMES = Object.keys(RIGHTS) as Right[];

const TRIALS = 1000;
const FEED = `subscription { accessChanges { kind action cursor
  before { __typename ... on User { id name } ... on Group { id description } ... on Membership { user { id } } }
  after { __typename ... on User { id name } ... on Group { id description } ... on Membership { user { id } } }
} }`;

let stack: Stack;
let inside: Inside;
let billing: string;
const followers: { id: string; right: Right; feed: Followed }[] = [];

beforeAll(async () => {
  stack = await startStack();
  inside = startInside(stack.apiUrl, { changes: { backlog: 100_000 } });
  await stack.call('POST', '/api/roles', { name: 'group-reader', permissions: ['READ_GROUP'] });
  await stack.call('POST', '/api/roles', { name: 'user-reader', permissions: ['READ_USER'] });
  billing = textAt(await stack.call('POST', '/api/applications', { name: 'billing' }), 'id');
  for (const [index, right] of RIGHT_NAMES.entries()) {
    const id = `follower${index}@example.com`;
    await give(id, right);
    followers.push({ id, right, feed: await inside.follow(FEED, await stack.as(id)) });
  }
});
afterAll(async () => {
  await Promise.all(followers.map(({ feed }) => feed.stop()));
  await inside.stop();
  await stack.stop();
});

/** Past the gateway, so that no change of a follower's own rights is among what is followed. */
function give(id: string, right: Right): Promise<unknown> {
  return stack.call('PUT', `/api/users/${id}`, { name: 'F', roles: RIGHTS[right].roles });
}

/** A generator whose numbers a seed repeats (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test(`in ${TRIALS} random trials nobody sees a change that it may not read, and everybody all that it may`, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  console.info(`SEED=${seed}`);
  const random = randomFrom(seed);
  const any = <T>(list: readonly T[]) => list[random(list.length)] as T;
  const name = (kind: string) => `${kind}${random(6)}`;
  const mutations: readonly (() => string)[] = [
    () => `upsertUser(id: "${name('u')}", input: {name: "n${random(1e6)}"})`,
    () => `deleteUser(id: "${name('u')}")`,
    () => `upsertGroup(id: "${name('g')}", input: {description: "d${random(1e6)}"})`,
    () => `deleteGroup(id: "${name('g')}")`,
    () => `addUserToGroup(groupId: "${name('g')}", userId: "${name('u')}")`,
    () => `removeUserFromGroup(groupId: "${name('g')}", userId: "${name('u')}")`,
    () => `createRole(id: "${name('r')}", input: {permissions: []})`,
    () => `deleteRole(id: "${name('r')}")`,
    () => `updateApplication(id: "${billing}", input: {name: "a${random(1e6)}"})`,
    () => `setApplicationTags(applicationId: "${billing}", tags: [{key: "k", value: "v${random(1e6)}"}])`,
    () => `createAccessKey(applicationId: "${billing}")`,
    () =>
      `${any(['grantPermissions', 'removePermissions'])}(input: {subject: {group: "${name('g')}"}, target: {type: TASK_DEF, id: "${name('t')}"}, access: [READ]})`,
    () =>
      `createGatewayAuthConfig(id: "c${random(1e6)}", input: {applicationId: "${billing}", authenticationType: NONE})`,
  ];
  const journal = inside.changes.feed.journal;
  let changes = 0;
  let hidden = 0;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const follower = any(followers);
    follower.right = any(RIGHT_NAMES);
    await give(follower.id, follower.right);
    const seenBefore = followers.map(({ feed }) => feed.results.length);
    const { last } = journal;
    await inside.data(`mutation { ${any(mutations)()} { userErrors { code } } }`, stack.admin);
    const told = journal.after(last, 100);
    const end = inside.changes.feed.cursorOf(journal.last);
    for (const { feed } of followers) while (feed.cursor !== end) await setTimeout(1);
    for (const [index, { id, right, feed }] of followers.entries()) {
      const sees: readonly string[] = RIGHTS[right].sees;
      const may = told.filter(({ kind }) => sees.includes(kind));
      await feed.atLeast((seenBefore[index] ?? 0) + may.length);
      const seen = feed.results
        .slice(seenBefore[index])
        .map((result) => textAt(result, 'accessChanges', 'kind'));
      expect(seen, `trial ${trial} of SEED=${seed}: ${id} as ${right}`).toEqual(may.map(({ kind }) => kind));
      hidden += told.length - may.length;
    }
    changes += told.length;
  }
  console.info(`${changes} changes, ${hidden} times one was kept from a follower`);
  expect(changes).toBeGreaterThan(TRIALS / 3);
  expect(hidden).toBeGreaterThan(TRIALS);
});
