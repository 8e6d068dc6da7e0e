import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCESSES } from '../../src/access/facts/facts.ts';
import { buildOverRest } from '../access/build-world.ts';
import { mayInModel } from '../access/model.ts';
import { type Key, targetsOf, usersOf, type World, worlds } from '../access/world.ts';
import { at, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const BATCHES = 25;
/** Worlds that share a store: it is the upstream's lists that grow, not the questions. */
const WORLDS_IN_BATCH = 20;
const SEED = 20_260_101;

/** Asks everything about one user of a world in one operation, each question under an alias of its own. */
function questionsAbout(userId: string, targets: readonly Key[]): string {
  const questions = targets.flatMap(({ type, id }, index) =>
    ACCESSES.map(
      (access) =>
        `${access}_${index}: explain(user: "${userId}", target: {type: ${type}, id: "${id}"}, access: ${access}) { ...Fields }`,
    ),
  );
  return `{ ${questions.join('\n')} } fragment Fields on AccessExplanation { decision agreesWithUpstream }`;
}

/** Lists where an answer differs from the model, or the gateway from the upstream; and counts what was allowed. */
async function faultsOf(stack: Stack, world: World): Promise<{ faults: unknown[]; allowed: number }> {
  const targets = targetsOf(world);
  const faults: unknown[] = [];
  let allowed = 0;
  for (const userId of usersOf(world)) {
    const data = await stack.data(questionsAbout(userId, targets));
    for (const [index, target] of targets.entries()) {
      for (const access of ACCESSES) {
        const answer = at(data, `${access}_${index}`);
        const decision = textAt(answer, 'decision');
        const inModel = mayInModel(world, userId, target, access) ? 'ALLOW' : 'DENY';
        if (decision === 'ALLOW') allowed += 1;
        if (decision !== inModel || at(answer, 'agreesWithUpstream') !== true) {
          faults.push({ userId, target, access, inModel, answer });
        }
      }
    }
  }
  return { faults, allowed };
}

test.each(
  Array.from({ length: BATCHES }, (_, batch) => batch),
)('explain agrees with checkPermissions and with the model on every question about 20 worlds (batch %i)', async (batch) => {
  const stack = await startStack({ limits: { restCalls: 5000 } });
  try {
    let allowed = 0;
    for (let index = 0; index < WORLDS_IN_BATCH; index += 1) {
      const [generated] = fc.sample(worlds(1 + (index % 5), `w${index}-`), {
        numRuns: 1,
        seed: SEED + batch * WORLDS_IN_BATCH + index,
      });
      if (!generated) throw new Error('no world was generated');
      const result = await faultsOf(stack, await buildOverRest(stack, generated));
      expect(result.faults).toEqual([]);
      allowed += result.allowed;
    }
    expect(allowed).toBeGreaterThan(100);
  } finally {
    await stack.stop();
  }
});

test('a planted disagreement is reported: a creator made again, whom only the upstream tells from the first', async () => {
  const stack = await startStack();
  try {
    const ann = { name: 'Ann', roles: ['USER'] };
    await stack.call('PUT', '/api/users/ann', ann);
    const made = await stack.call('POST', '/api/applications', { name: 'planted' }, await stack.as('ann'));
    const planted = questionsAbout('ann', [{ type: 'APPLICATION', id: textAt(made, 'id') }]);
    const answers = async () => Object.values(Object(await stack.data(planted)));
    expect(await answers()).toEqual(ACCESSES.map(() => ({ decision: 'ALLOW', agreesWithUpstream: true })));
    await stack.call('DELETE', '/api/users/ann');
    await stack.call('PUT', '/api/users/ann', ann);
    expect(await answers()).toEqual(ACCESSES.map(() => ({ decision: 'ALLOW', agreesWithUpstream: false })));
  } finally {
    await stack.stop();
  }
});
