import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../support/random.ts';
import { CliServer } from './support/cli-server.ts';
import { Engine, type Wish } from './support/workflow-engine.ts';

const ROUNDS = 20;
const WISHES = 40;
const SEED = 20261123;

let data: string;
let server: CliServer | undefined;

async function start(): Promise<Engine> {
  server = await CliServer.start(data);
  return new Engine(server.url, data, await server.signIn());
}

async function kill(): Promise<void> {
  const ending = server;
  server = undefined;
  await ending?.end('SIGKILL');
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-workflow-durability-'));
});
afterEach(kill);
afterAll(() => rm(data, { recursive: true }));

describe('kill -9 at a random moment of deciding and revoking', () => {
  it(`leaves the old state or the new one in ${ROUNDS} rounds (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const tally = { approved: 0, waiting: 0, revoked: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const engine = await start();
      const wishes = await engine.wishes(`r${round}`, WISHES);
      const deciding = engine.decideUntilCut(wishes);
      await pause(random() * 250);
      await kill();
      await deciding;
      const survivor = await start();
      for (const wish of wishes) await verify(survivor, wish, tally);
      await kill();
    }
    // All three kinds were seen, so the moments were random indeed.
    expect(Math.min(...Object.values(tally)), JSON.stringify(tally)).toBeGreaterThan(0);
  }, 240_000);
});

/** Holds what the store says against what was acknowledged: approved and not revoked is the same as held. */
async function verify(
  engine: Engine,
  wish: Wish,
  tally: { approved: number; waiting: number; revoked: number },
): Promise<void> {
  const { status, revoked, held, decisions } = await engine.read(wish);
  expect(held, `${wish.request}: ${status}, revoked: ${revoked}`).toBe(status === 'APPROVED' && !revoked);
  expect(decisions, 'a decision and what it came to').toBe(status === 'APPROVED' ? 'APPROVED' : 'WAITING');
  if (wish.acknowledged === 'approved') expect(status).toBe('APPROVED');
  if (wish.acknowledged === 'revoked') expect(revoked).toBe(true);
  if (status === 'WAITING') tally.waiting += 1;
  else if (revoked) tally.revoked += 1;
  else tally.approved += 1;
}
