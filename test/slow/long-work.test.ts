import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CountingProxy } from '../support/counting-proxy.ts';
import { at, listAt, readAnswer, textAt } from '../support/graphql-answer.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';
import { buildOrganisation, groupId } from './support/organisation.ts';

const SIZE = { users: 2000, groups: 200, grants: 20_000, targets: 1000 };
/** Five percent of 256 connections, by default. */
const SHARE = 12;
const main = fileURLToPath(new URL('../../bin/rolegraph.js', import.meta.url));

let folder: string;
let api: CliServer;
let proxy: CountingProxy;
let gateway: CliGateway;
let admin: string;
/** Somebody else, who only asks who it is. */
let other: string;

const call = async (method: string, path: string, body?: unknown) => {
  const text = await api.call(method, path.replace(/^\/api/, ''), admin, JSON.stringify(body));
  return text === '' ? null : (JSON.parse(text) as unknown);
};

/** An API with a large organisation, and a gateway in front of it whose settings are the defaults. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-long-work-'));
  api = await CliServer.start(folder);
  admin = await api.signIn();
  await buildOrganisation(call, SIZE);
  const application = textAt(await call('POST', '/api/applications', { name: 'other' }), 'id');
  const key = await call('POST', `/api/applications/${application}/accessKeys`);
  const body = JSON.stringify({ keyId: at(key, 'id'), keySecret: at(key, 'secret') });
  other = textAt(JSON.parse(await api.call('POST', '/token', '', body)), 'token');
  proxy = await CountingProxy.start(api.url);
  gateway = await CliGateway.start(proxy.url);
}, 900_000);
beforeEach(() => {
  proxy.calls.length = 0;
});
afterAll(async () => {
  await gateway?.kill();
  await proxy?.stop();
  await api?.end('SIGTERM');
  await rm(folder, { recursive: true });
});

async function ask(query: string, token: string, variables = {}, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const { data, errors } = readAnswer(response.status, await response.json());
  expect(errors).toEqual([]);
  return data;
}

/** What the other caller met while work was under way. */
interface Beside {
  /** Times that it was answered. */
  readonly answers: number;
  /** Of those, when all calls of the work had been made, and its answer was being worked out. */
  readonly whileWorkedOut: number;
  /** Most calls of the work that one of its calls found under way. */
  readonly most: number;
}

/** Lets somebody else ask who it is, again and again, until some work is done. */
async function besideOf(work: Promise<unknown>): Promise<Beside> {
  let isDone = false;
  work.finally(() => {
    isDone = true;
  });
  const found: number[] = [];
  proxy.onCall = ({ token }) => void (token === other && found.push(proxy.open(admin)));
  const madeAt: number[] = [];
  while (!isDone) {
    await ask('{ viewer { id } }', other);
    madeAt.push(proxy.of(admin).length);
  }
  proxy.onCall = null;
  const all = proxy.of(admin).length;
  return {
    answers: madeAt.length,
    whileWorkedOut: madeAt.filter((made) => made === all).length,
    most: Math.max(...found),
  };
}

/** How often each route was called by the work, none with the same ids twice. */
function callsByRoute(): Record<string, number> {
  const calls = proxy.of(admin).map((made) => made.call);
  expect(new Set(calls).size).toBe(calls.length);
  const counts: Record<string, number> = {};
  for (const one of calls) {
    const route = one
      .replace(/(users|groups)\/[^/?]+\//, '$1/{id}/')
      .replace(/(auth\/(?:subjects|authorization)\/[A-Z_]+)\/[^/?]+/, '$1/{id}')
      .replace(/applications\/[^/?]+\//, 'applications/{id}/');
    counts[route] = (counts[route] ?? 0) + 1;
  }
  return counts;
}

/** Calls that list everything. */
async function totals(): Promise<{ users: number; groups: number; roles: number; applications: number }> {
  const count = async (path: string) => listAt(await call('GET', path)).length;
  return {
    users: await count('/api/users?apps=true'),
    groups: await count('/api/groups'),
    roles: await count('/api/roles'),
    applications: await count('/api/applications'),
  };
}

const grantsOn = (type: string, count: number) => ({
  [`GET /api/auth/authorization/${type}/{id}?groupBy=subject`]: count,
});

const DELETIONS = { changes: Array.from({ length: 10 }, (_, n) => ({ deleteGroup: groupId(n) })) };

describe('with 2,000 users, 200 groups and 20,000 grants', () => {
  test.each<[what: string, query: string, variables: object, read: (data: unknown) => number, least: number]>(
    [
      [
        'a full review',
        '{ accessReview { csv isComplete findings(first: 1) { totalCount } } }',
        {},
        (data) => Number(at(data, 'accessReview', 'findings', 'totalCount')),
        // Every group gives its members what some of them were granted themselves as well.
        1,
      ],
      [
        'whatIf of ten deleted groups',
        `query ($changes: [AccessChangeInput!]!) { whatIf(changes: $changes) {
        differences(first: 1000) { totalCount nodes { user { id } losses { access target { id } } } } } }`,
        DELETIONS,
        (data) => Number(at(data, 'whatIf', 'differences', 'totalCount')),
        100,
      ],
      [
        'a description of everything',
        '{ accessDescription }',
        {},
        (data) => textAt(data, 'accessDescription').length,
        1_000_000,
      ],
    ],
  )('%s runs to its end with default settings, beside others, within its share', async (_, query, variables, read, least) => {
    const work = ask(query, admin, variables);
    const beside = await besideOf(work);
    expect(read(await work)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...proxy.of(admin).map(({ together }) => together))).toBe(SHARE);
    expect(beside.most).toBeLessThanOrEqual(SHARE);
    expect(beside.answers).toBeGreaterThan(20);
    expect(beside.whileWorkedOut).toBeGreaterThan(1);
  });

  test('a full review reads each list once, and the grants of every subject and on every target once', async () => {
    await ask('{ accessReview { isComplete } }', admin);
    const { users, groups, roles, applications } = await totals();
    expect(callsByRoute()).toEqual({
      'GET /api/users?apps=true': 1,
      'GET /api/users?apps=false': 1,
      'GET /api/groups': 1,
      'GET /api/roles': 1,
      'GET /api/applications': 1,
      'GET /api/token/userInfo': 1,
      'GET /api/gateway/config/auth': 1,
      [`GET /api/users/{id}/permissions`]: users,
      [`GET /api/groups/{id}/permissions`]: groups,
      [`GET /api/auth/subjects/ROLE/{id}/grants`]: roles,
      ...grantsOn('WORKFLOW_DEF', SIZE.targets),
      ...grantsOn('USER', users),
      ...grantsOn('GROUP', groups),
      ...grantsOn('ROLE', roles),
      ...grantsOn('APPLICATION', applications),
      [`GET /api/applications/{id}/accessKeys`]: applications,
    });
  });

  test('export by the command line runs to its end within its share, and tells a terminal how far it is', async () => {
    const words = [process.execPath, main, 'export', '--url', gateway.url].map((word) => `'${word}'`);
    // A terminal for standard error, which is what progress is told to; the description goes to a file.
    const output = join(folder, 'all.yaml');
    const terminal = spawn('script', ['-qefc', `${words.join(' ')} > '${output}'`, '/dev/null'], {
      env: { ...process.env, ROLEGRAPH_TOKEN: admin },
    });
    let told = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const ended = once(terminal, 'close');
    await besideOf(ended);
    expect(terminal.exitCode).toBe(0);
    expect(told).toMatch(/Reading users: 100 of 20\d\d/);
    expect(Math.max(...proxy.of(admin).map(({ together }) => together))).toBe(SHARE);
  });

  test('export that is interrupted stops what it reads upstream', async () => {
    const command = spawn(process.execPath, [main, 'export', '--url', gateway.url], {
      env: { ...process.env, ROLEGRAPH_TOKEN: admin },
      stdio: 'ignore',
    });
    const ended = once(command, 'close');
    await untilCalled(300);
    command.kill('SIGINT');
    await ended;
    await untilQuiet();
  });

  test('a review whose client leaves is given up', async () => {
    const gone = new AbortController();
    const work = ask('{ accessReview { isComplete } }', admin, {}, gone.signal);
    const aborted = expect(work).rejects.toThrow('aborted');
    await untilCalled(300);
    gone.abort();
    await aborted;
    await untilQuiet();
  });
});

/** Waits until the work has made so many calls. */
async function untilCalled(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  proxy.onCall = () => void (proxy.of(admin).length >= count && resolve());
  await promise;
  proxy.onCall = null;
}

/** Makes sure that the work makes no more calls, while somebody else makes a hundred. */
async function untilQuiet(): Promise<void> {
  while (proxy.open(admin) > 0) await ask('{ viewer { id } }', other);
  const made = proxy.of(admin).length;
  expect(made).toBeLessThan(SIZE.users);
  for (let n = 0; n < 100; n += 1) await ask('{ viewer { id } }', other);
  expect(proxy.of(admin).length).toBe(made);
}
