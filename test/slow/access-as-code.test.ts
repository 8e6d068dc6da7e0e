import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyPlan } from '../../src/cli/access/apply-plan.ts';
import { type Ask, gatewayClient } from '../../src/cli/access/gateway-client.ts';
import { makePlan } from '../../src/cli/access/make-plan.ts';
import { type CutProxy, startCutProxy } from '../support/cut-proxy.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

let stack: Stack;
let proxy: CutProxy;
let ask: Ask;
let folder: string;

beforeAll(async () => {
  stack = await startStack({
    // Every call is cut in its turn, and the next run is to find the upstream as if nothing had been.
    limits: { repeats: 0, pauseMs: 0 },
    between: async (apiUrl) => {
      proxy = await startCutProxy(apiUrl);
      return proxy.url;
    },
  });
  await buildWorld(stack);
  ask = gatewayClient({ url: new URL('/graphql', stack.url), token: stack.admin });
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-access-'));
  await writeFile(join(folder, 'before.yaml'), BEFORE);
  await writeFile(join(folder, 'after.yaml'), AFTER);
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
  await rm(folder, { recursive: true });
});

const BEFORE = `
roles: {old-role: {permissions: [READ_TASK_DEF]}, kept: {permissions: [READ_TASK_DEF]}}
groups: {old-group: {description: Old, roles: [old-role]}, kept: {description: Kept, roles: [kept, USER]}}
users:
  ann@example.com: {name: Ann, roles: [USER], groups: [old-group, kept]}
  old@example.com: {name: Old, roles: [old-role], groups: [kept]}
applications: {administrator: {}, old-app: {roles: [WORKER]}, kept-app: {roles: [WORKER], tags: {team: a, tier: b}}}
grants:
  - {to: group:old-group, on: WORKFLOW_DEF:orders, access: [READ]}
  - {to: user:ann@example.com, on: WORKFLOW_DEF:orders, access: [READ, UPDATE]}
  - {to: application:old-app, on: TASK_DEF:pay, access: [EXECUTE]}
`;
const AFTER = `
roles: {new-role: {permissions: [READ_SECRET]}, kept: {description: Kept, permissions: [CREATE_TASK_DEF]}}
groups: {new-group: {description: New, roles: [new-role]}, kept: {description: Still, roles: [kept, WORKER]}}
users:
  ann@example.com: {name: Anna, roles: [WORKER], groups: [new-group]}
  bob@example.com: {name: Bob, roles: [new-role, USER], groups: [kept, new-group]}
applications: {administrator: {}, new-app: {roles: [METADATA_API], groups: [kept], tags: {team: n}}, kept-app: {roles: [METADATA_API], tags: {team: z}}}
grants:
  - {to: group:new-group, on: APPLICATION:new-app, access: [READ]}
  - {to: user:ann@example.com, on: WORKFLOW_DEF:orders, access: [READ, EXECUTE]}
  - {to: application:new-app, on: TASK_DEF:pay, access: [EXECUTE]}
`;

/** Does what `rolegraph apply FILE --prune` does, and gives the number of changes. */
async function apply(name: string): Promise<number> {
  const { plan, state } = await makePlan(join(folder, name), true, ask);
  await applyPlan(plan.changes, state, ask);
  return plan.changes.length;
}

const plannedFor = async (name: string) => (await makePlan(join(folder, name), true, ask)).plan.changes;

test('interrupted at any of its REST calls, before or after the call is carried out, the next run converges', async () => {
  await apply('before.yaml');
  proxy.mend();
  await apply('after.yaml');
  const allCalls = proxy.calls;
  expect(allCalls).toBeGreaterThan(40);
  expect(await plannedFor('after.yaml')).toEqual([]);

  let failures = 0;
  for (const where of ['before', 'after'] as const) {
    for (let calls = 0; calls < allCalls; calls++) {
      proxy.mend();
      await apply('before.yaml');
      proxy.cutAfter(calls, where);
      failures += await apply('after.yaml').then(
        () => 0,
        () => 1,
      );
      proxy.mend();
      await apply('after.yaml');
      expect({ where, calls, left: await plannedFor('after.yaml') }).toEqual({ where, calls, left: [] });
    }
  }
  // The last calls read what was written, so an interruption there may be none.
  expect(failures).toBeGreaterThan(allCalls);
}, 600_000);
