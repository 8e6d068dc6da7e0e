import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HistoryEntry, type Outcome, tally, violations } from '../support/history.ts';
import { seededRandom } from '../support/random.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';
import { freePort } from './support/free-port.ts';

const SEED = Number(process.env['SEED'] ?? 20261124);
const ROUNDS = 8;
const CLIENTS = 6;

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-gateway-kill-'));
});
afterAll(() => rm(data, { recursive: true }));

/** Sends one creation; a connection that breaks leaves its outcome unknown. */
async function create(url: string, token: string, name: string): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: `mutation { createApplication(input: { name: "${name}" }) { userErrors { code } } }`,
      }),
    });
    const answer: { errors?: readonly { extensions: { code: string } }[] } = JSON.parse(
      await response.text(),
    );
    if (!answer.errors) return 'acknowledged';
    return answer.errors.some(({ extensions }) => extensions.code === 'OUTCOME_UNKNOWN')
      ? 'unknown'
      : 'failed';
  } catch {
    return 'unknown';
  }
}

test(`kill -9 of gateway and API in turn, ${ROUNDS} rounds: nothing acknowledged is lost or done twice (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const port = await freePort();
  let api = await CliServer.start(data, port);
  const token = await api.signIn();
  let gateway = await CliGateway.start(api.url);
  const made: { readonly name: string; readonly outcome: Outcome }[] = [];
  let isOver = false;
  let next = 0;
  const client = async (): Promise<void> => {
    while (!isOver) {
      const name = `app-${next}`;
      next += 1;
      const outcome = await create(gateway.url, token, name);
      made.push({ name, outcome });
      if (outcome !== 'acknowledged') await pause(100);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  for (let round = 0; round < ROUNDS; round += 1) {
    await pause(200 + random() * 600);
    if (round % 2 === 0) {
      await gateway.kill();
      gateway = await CliGateway.start(api.url);
    } else {
      await api.end('SIGKILL');
      api = await CliServer.start(data, port);
    }
  }
  // The breaker closes again by itself.
  await pause(2500);
  isOver = true;
  await Promise.all(clients);
  const last = made.slice(-CLIENTS);

  const applications: { readonly name: string }[] = JSON.parse(await api.call('GET', '/applications', token));
  await gateway.kill();
  await api.end('SIGTERM');
  const history: HistoryEntry[] = made.map(({ name, outcome }) => ({
    what: name,
    outcome,
    found: applications.filter((application) => application.name === name).length,
  }));
  process.stdout.write(`kill -9: ${tally(history)}\n`);
  expect(violations(history)).toEqual([]);
  expect(history.filter(({ outcome }) => outcome === 'acknowledged').length).toBeGreaterThan(ROUNDS);
  expect(history.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(0);
  expect(last.map(({ outcome }) => outcome)).toEqual(Array(CLIENTS).fill('acknowledged'));
});
