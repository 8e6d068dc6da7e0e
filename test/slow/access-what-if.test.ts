import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gained } from '../../src/access/answers/difference.ts';
import type { EffectivePermission } from '../../src/access/answers/effective-permissions.ts';
import type { Scope } from '../../src/access/facts/scope.ts';
import { changeInput } from '../../src/access/planning/change-input.ts';
import { buildOverRest } from '../access/build-world.ts';
import { changesTo, makeOverRest } from '../access/changes.ts';
import { usersOf, type World, worlds } from '../access/world.ts';
import { at, listAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const BATCHES = 10;
const WORLDS_IN_BATCH = 15;
const SEED = 77_000;

const PERMISSIONS = 'scope rawTargetType target { id: rawId } group { id } access';
const WHAT_IF = `query ($changes: [AccessChangeInput!]!) { whatIf(changes: $changes) {
  differences(first: 1000) { nodes { user { id } gains { ${PERMISSIONS} } losses { ${PERMISSIONS} } } } } }`;

/** Reads what a user may do in effect; nothing of one who is not there. */
async function permissionsOf(stack: Stack, userId: string): Promise<EffectivePermission[]> {
  const data = await stack.data(
    `query ($id: ID!) { user(id: $id) { effectivePermissions(first: 1000) { nodes { ${PERMISSIONS} } } } }`,
    { variables: { id: userId } },
  );
  if (at(data, 'user') === null) return [];
  return listAt(data, 'user', 'effectivePermissions', 'nodes').map((node) => ({
    scope: scopeOf(node),
    access: Reflect.get(Object(node), 'access'),
    reaches: [],
  }));
}

function scopeOf(node: unknown): Scope {
  const targetType = String(at(node, 'rawTargetType'));
  switch (at(node, 'scope')) {
    case 'EVERYTHING':
      return { kind: 'EVERYTHING' };
    case 'TYPE':
      return { kind: 'TYPE', targetType };
    case 'CREATED_BY_MEMBERS':
      return { kind: 'CREATED_BY_MEMBERS', targetType, groupId: String(at(node, 'group', 'id')) };
    default:
      return { kind: 'TARGET', target: { type: targetType, id: String(at(node, 'target', 'id')) } };
  }
}

const written = (permissions: readonly EffectivePermission[]) =>
  permissions.map(({ scope, access }) => JSON.stringify([scope, access])).sort();

/** Imagines changes, makes them, and compares what was foretold of each user with what came. */
async function checkWorld(stack: Stack, world: World, seed: number): Promise<number> {
  const [changes = []] = fc.sample(changesTo(world), { numRuns: 1, seed });
  stack.rest.clear();
  const foretold = await stack.data(WHAT_IF, { variables: { changes: changes.map(changeInput) } });
  expect(stack.rest.log.filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(stack.rest.log.length).toBeGreaterThan(3);
  const users = [...usersOf(world), 'newcomer'];
  const before = await Promise.all(users.map((id) => permissionsOf(stack, id)));
  for (const change of changes) await makeOverRest(stack, change);
  const after = await Promise.all(users.map((id) => permissionsOf(stack, id)));
  const came = users.flatMap((userId, index) => {
    const [now, then] = [before[index] ?? [], after[index] ?? []];
    const [gains, losses] = [written(gained(now, then)), written(gained(then, now))];
    return gains.length + losses.length > 0 ? [{ userId, gains, losses }] : [];
  });
  const said = listAt(foretold, 'whatIf', 'differences', 'nodes').map((node) => {
    const list = (name: string) =>
      written(
        listAt(node, name).map((one) => ({ scope: scopeOf(one), access: Object(one).access, reaches: [] })),
      );
    return { userId: at(node, 'user', 'id'), gains: list('gains'), losses: list('losses') };
  });
  const byId = (a: { userId: unknown }, b: { userId: unknown }) =>
    String(a.userId) < String(b.userId) ? -1 : 1;
  // Worlds that share a store share tags, and so reach the applications of each other.
  const ours = said.filter(({ userId }) => users.includes(String(userId)));
  expect({ changes, differences: ours.sort(byId) }).toEqual({ changes, differences: came.sort(byId) });
  return came.length;
}

test.each(
  Array.from({ length: BATCHES }, (_, batch) => batch),
)('whatIf reads only, and foretells what making the changes then brings, on 15 worlds (batch %i)', async (batch) => {
  const stack = await startStack({ limits: { restCalls: 5000 } });
  try {
    let differences = 0;
    for (let index = 0; index < WORLDS_IN_BATCH; index += 1) {
      const seed = SEED + batch * WORLDS_IN_BATCH + index;
      const [generated] = fc.sample(worlds(2 + (index % 5), `w${index}-`), { numRuns: 1, seed });
      if (!generated) throw new Error('no world was generated');
      differences += await checkWorld(stack, await buildOverRest(stack, generated), seed);
      await stack.call('DELETE', '/api/users/newcomer').catch(() => undefined);
    }
    expect(differences).toBeGreaterThan(5);
  } finally {
    await stack.stop();
  }
});
