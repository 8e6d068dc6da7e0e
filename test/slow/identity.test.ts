import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createLogger } from '../../src/logger.ts';
import { ADMISSION, ADMISSION_LIMITS } from '../support/admission-limits.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';
import { seededRandom } from '../support/random.ts';

const REQUESTS = 10_000;
const USERS = 50;
/** How many are under way at once. */
const CLIENTS = 64;
/** One request in so many is given up before its answer. */
const HANG_UP_EVERY = 20;
const PEOPLE = 40;
const SEED = 20261122;

const LATE_MS = 1000;

const userOf = (token: string) => Number(token.slice('token-'.length));

/**
 * What a caller is told of a person. Users of one residue are told the same but for one byte, others something
 * longer; every other answer is the same for all, so that there is much to share and to remember.
 */
function nameFor(user: number, person: number): string {
  if (person % 2 === 0) return `Person ${person} as all see it ${'.'.repeat(300)}`;
  return `Person ${person} ${'.'.repeat(300 + (user % 3) * 40)} ${String.fromCodePoint(0x41 + user)}`;
}

const record = (user: number, person: number) => ({
  id: `p${person}`,
  name: nameFor(user, person),
  roles: [],
});

/** One call in so many meets a fault: an error, a broken or late answer, a token that is refused. */
const FAULT_EVERY = 12;
const FAULTS = ['status', 'hang-up', 'half', 'late', 'refused'] as const;

/** An upstream that answers by token, after some turns of its loop so that reads overlap, and fails now and then. */
function answerByToken(random: () => number) {
  let calls = 0;
  let faults = 0;
  const server = createServer(async (incoming: IncomingMessage, response: ServerResponse) => {
    calls += 1;
    const user = userOf(String(incoming.headers['x-authorization']));
    for (let left = Math.floor(random() * 20); left > 0; left -= 1) await turn();
    const person = /^\/api\/users\/p(\d+)$/.exec(incoming.url ?? '');
    const body = person
      ? record(user, Number(person[1]))
      : Array.from({ length: PEOPLE }, (_, n) => record(user, n));
    const bytes = Buffer.from(JSON.stringify(body));
    const fault = random() * FAULT_EVERY < 1 ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
    if (fault) faults += 1;
    if (fault === 'status') return void response.writeHead(503).end(`{"message":"about user ${user}"}`);
    if (fault === 'refused') return void response.writeHead(401).end(`{"message":"about user ${user}"}`);
    if (fault === 'hang-up') return void response.socket?.resetAndDestroy();
    if (fault === 'late') await pause(LATE_MS);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    const cut = Math.floor(random() * bytes.length);
    response.write(bytes.subarray(0, cut));
    if (fault === 'half') return void response.socket?.destroy();
    if (random() < 0.3) await turn();
    response.end(bytes.subarray(cut));
  });
  return { server, calls: () => calls, faults: () => faults };
}

const upstream = answerByToken(seededRandom(SEED));
const agent = new Agent({ connections: CLIENTS, pipelining: 1 });
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
  gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    authorizationUrl: `http://127.0.0.1:${(upstream.server.address() as AddressInfo).port}`,
    serviceKey: null,
    workflowUrl: null,
    workflowServiceKey: null,
    corsOrigins: [],
    introspection: true,
    ...ADMISSION,
    limits: {
      ...ADMISSION_LIMITS,
      requestBytes: 65_536,
      responseBytes: 1_000_000,
      restCalls: 100,
      connectMs: 1000,
      // Late answers come after their attempt was given up and the call was sent again.
      callMs: LATE_MS / 2,
      operationMs: 20_000,
      repeats: 2,
      pauseMs: 20,
      // Less than all answers of all users, so that some are forgotten.
      memoryBytes: 50_000,
      shareReads: true,
      connections: 32,
      queuedCalls: 10_000,
      ...LONG_WORK_LIMITS,
    },
    logger: createLogger('silent'),
  });
});
afterAll(async () => {
  await agent.close();
  await gateway.stop();
  upstream.server.closeAllConnections();
  upstream.server.close();
});

interface Tally {
  right: number;
  /** A typed error and no data. */
  failed: number;
  wrong: string[];
  gone: number;
}

async function ask(random: () => number, tally: Tally, hangsUp: boolean): Promise<void> {
  // Half of the requests are those of few users who ask for few people, so that reads meet.
  const isCommon = random() < 0.5;
  const user = Math.floor(random() * (isCommon ? 4 : USERS));
  const person = Math.floor(random() * (isCommon ? 4 : PEOPLE));
  const isList = random() < 0.2;
  const query = isList
    ? `{ users(first: ${PEOPLE}) { nodes { id name } } }`
    : 'query ($id: ID!) { user(id: $id) { id name } }';
  const leaving = new AbortController();
  if (hangsUp)
    void turn()
      .then(turn)
      .then(turn)
      .then(() => leaving.abort());
  try {
    const answer = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer token-${user}` },
      body: JSON.stringify({ query, variables: isList ? {} : { id: `p${person}` } }),
      dispatcher: agent,
      signal: leaving.signal,
    });
    const text = await answer.body.text();
    const people = isList ? Array.from({ length: PEOPLE }, (_, n) => n) : [person];
    const expected = people.map((n) => ({ id: `p${n}`, name: nameFor(user, n) }));
    const { data, errors } = JSON.parse(text);
    const got = isList ? data?.users?.nodes?.toSorted(byId) : [data?.user];
    const isMine = [...text.matchAll(/about user (\d+)/g)].every(([, told]) => Number(told) === user);
    if (errors && isMine && !(isList ? data.users : data.user)) tally.failed += 1;
    else if (JSON.stringify(got) === JSON.stringify(expected.toSorted(byId))) tally.right += 1;
    else tally.wrong.push(`user ${user}: ${text.slice(0, 200)}`);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    tally.gone += 1;
  }
}

const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

test(`${USERS} users, ${REQUESTS} requests at once and turn by turn: everybody gets only their own`, async () => {
  const random = seededRandom(SEED + 1);
  const tally: Tally = { right: 0, failed: 0, wrong: [], gone: 0 };
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < REQUESTS) {
      sent += 1;
      await ask(random, tally, sent % HANG_UP_EVERY === 0);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));

  const { right, failed, wrong, gone } = tally;
  process.stdout.write(
    `identity: ${sent} requests of ${USERS} users, ${right} right, ${failed} failed, ${wrong.length} wrong, ${gone} hung up, ${upstream.calls()} REST calls, ${upstream.faults()} of them with a fault\n`,
  );
  expect(wrong).toEqual([]);
  expect(right + failed + gone).toBe(REQUESTS);
  expect(upstream.faults()).toBeGreaterThan(upstream.calls() / FAULT_EVERY / 2);
  expect(right).toBeGreaterThan(REQUESTS / 2);
  expect(gone).toBeGreaterThan(REQUESTS / HANG_UP_EVERY / 4);
  // Reads were shared, or the test would have shown nothing of sharing.
  expect(upstream.calls() - upstream.faults()).toBeLessThan((right + failed) * 0.95);
}, 120_000);
