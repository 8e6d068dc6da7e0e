import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { follow } from '../subscriptions/follower.ts';
import { type Running, start } from './rolegraph.ts';

// Each test starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const running: Running[] = [];
afterEach(() => Promise.all(running.splice(0).map((process) => process.stop('SIGKILL'))));

function launch(...args: string[]): Running {
  const process = start(['serve', '--port', '0', '--workers', '2', ...args], PATIENT);
  running.push(process);
  return process;
}

/** Deadlines that a busy machine keeps. */
const PATIENT = { ROLEGRAPH_CALL_MS: '30000', ROLEGRAPH_OPERATION_MS: '30000' };

/** Tells of every server that asks for any port, and of its end. */
const TRACE = `
import { Server } from 'node:net';
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  const port = typeof args[0] === 'object' ? args[0].port : args[0];
  if (port === 0) {
    process.stderr.write('listens on 0\\n');
    this.once('close', () => process.stderr.write('no longer listens\\n'));
  }
  return listen.apply(this, args);
};`;

const graphql = /GraphQL +(http:\S+)/;

/** Asks for something that needs no upstream, on a connection of its own, so that any worker may get it. */
async function ask(endpoint: string, query = '{ __typename }'): Promise<unknown> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(20_000),
  });
  return await answer.json();
}

/** Asks for the token of a link, on a connection of its own. */
async function claim(link: string): Promise<number> {
  const { hash, origin } = new URL(link);
  const answer = await fetch(`${origin}/pages/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ key: hash.replace('#key=', '') }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** What was logged so far, or since `from`, of workers that listen. */
async function listening(process: Running, count: number): Promise<number[]> {
  const pids = () =>
    [...process.stderr.matchAll(/^\{.*"pid":(\d+).*A gateway worker listens/gm)].map(([, pid]) =>
      Number(pid),
    );
  await vi.waitFor(() => expect(pids()).toHaveLength(count), { timeout: 30_000, interval: 50 });
  return pids();
}

/** A Conductor that answers when it is told to. */
async function slowUpstream() {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = createServer(async (_request, response) => {
    asked.resolve();
    await release.promise;
    response.setHeader('content-type', 'application/json').end('{"id":"bob","name":"Bob"}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, release: release.resolve };
}

describe('serve --workers 2', () => {
  test('answers from two processes on one port, with one banner and one embedded API, and stops them all', async () => {
    const process = launch('--authapi-port', '0', '--data', ':memory:');
    const endpoint = await process.printed(graphql);
    const pids = await listening(process, 2);
    expect(new Set(pids).size).toBe(2);
    const token = await process.printed(/^ {2}(ey\S+)$/m);
    const viewer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(await viewer.json()).toEqual({ data: { viewer: { id: 'ada@example.com' } } });

    // Whichever worker is asked, a link gives its token once.
    const link = await process.printed(/Explorer +(http:\S+)/);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(link)));
    expect(claims.filter((status) => status === 200)).toHaveLength(1);
    expect(claims.filter((status) => status === 403)).toHaveLength(7);

    const { code, stdout } = await process.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stdout.match(/Rolegraph \d/g)).toHaveLength(1);
    expect(stdout.match(/REST API/g)).toHaveLength(1);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    await expect(ask(endpoint)).rejects.toThrow();
  });

  test('replaces a worker that is killed, and answers all the while', async () => {
    const process = launch('--authorization-url', 'http://127.0.0.1:9');
    const endpoint = await process.printed(graphql);
    const [victim = 0, survivor = 0] = await listening(process, 2);
    kill(victim, 'SIGKILL');
    await vi.waitFor(() => expect(process.stderr).toContain('A gateway worker died'), { timeout: 30_000 });
    expect(await Promise.all(Array.from({ length: 20 }, () => ask(endpoint)))).toEqual(
      Array.from({ length: 20 }, () => ({ data: { __typename: 'Query' } })),
    );
    const pids = await listening(process, 3);
    // The replacement can do it alone.
    kill(survivor, 'SIGKILL');
    await vi.waitFor(() => expect(process.stderr.match(/A gateway worker died/g)).toHaveLength(2));
    expect(await ask(endpoint)).toEqual({ data: { __typename: 'Query' } });
    expect(new Set(pids).size).toBe(3);
  });

  test('comes back on the same port when all workers were killed at once', async () => {
    const process = launch('--authorization-url', 'http://127.0.0.1:9');
    const endpoint = await process.printed(graphql);
    for (const pid of await listening(process, 2)) kill(pid, 'SIGKILL');
    await listening(process, 4);
    expect(await ask(endpoint)).toEqual({ data: { __typename: 'Query' } });
  });

  test('listens on the port that the system chose from the moment at which it was chosen', async () => {
    const trace = join(await mkdtemp(join(tmpdir(), 'rolegraph-ports-')), 'listen.mjs');
    await writeFile(trace, TRACE);
    onTestFinished(() => rm(dirname(trace), { recursive: true }));
    const args = ['serve', '--port', '0', '--workers', '2', '--authorization-url', 'http://127.0.0.1:9'];
    const process = start(args, { ...PATIENT, NODE_OPTIONS: `--import ${trace}` });
    running.push(process);
    await process.printed(graphql);
    await listening(process, 2);
    expect(process.stderr).toContain('listens on 0');
    expect(process.stderr).not.toContain('no longer listens');
  });

  test('answers what is under way before it stops, at SIGTERM and at Ctrl-C, which all processes get', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const upstream = await slowUpstream();
      const process = launch('--authorization-url', upstream.url);
      const endpoint = await process.printed(graphql);
      const answer = ask(endpoint, '{ user(id: "bob") { name } }');
      await upstream.asked;
      const pids = await listening(process, 2);
      if (signal === 'SIGINT') for (const pid of pids) kill(pid, signal);
      const ended = process.stop(signal);
      await refused(endpoint);
      upstream.release();
      expect(await answer).toEqual({ data: { user: { name: 'Bob' } } });
      expect((await ended).code).toBe(0);
      expect((await ended).stderr).not.toContain('died');
    }
  });

  test('tells those who follow at one worker of what is changed through the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolegraph-workers-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const process = launch('--authapi-port', '0', '--data', folder);
    const endpoint = await process.printed(graphql);
    await listening(process, 2);
    const token = await process.printed(/^ {2}(ey\S+)$/m);
    const endpoints = { endpoint, socketEndpoint: endpoint.replace('http', 'ws') };
    const feed = 'subscription { accessChanges { after { ... on Group { description } } } }';
    // Connections go to the workers in turn, so both have followers, and both get changes.
    const followers = await Promise.all(
      Array.from({ length: 6 }, () => follow('WebSocket', endpoints, token, feed)),
    );
    await setTimeout(500);
    const delays: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          connection: 'close',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({
          query: `mutation { upsertGroup(id: "shared", input: {description: "${index}"}) { userErrors { code } } }`,
        }),
      });
      expect(await response.json()).toEqual({ data: { upsertGroup: { userErrors: [] } } });
      const since = performance.now();
      const told = await Promise.all(followers.map((follower) => follower.next()));
      delays.push(performance.now() - since);
      expect(told).toEqual(
        followers.map(() => ({ data: { accessChanges: { after: { description: String(index) } } } })),
      );
    }
    // A worker looks every 20 ms; the rest is the check with the token. A busy machine is no fault of theirs.
    expect(Math.min(...delays)).toBeLessThan(100);
    for (const follower of followers) follower.leave();
  });

  test('names a taken port, and leaves no process behind', async () => {
    await using server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const process = launch('--port', String(port), '--authorization-url', 'http://127.0.0.1:9');
    const { code, stderr } = await process.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^rolegraph: Port ${port} on 127.0.0.1 is taken: .* with --port`));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** Waits until nobody listens any more. */
async function refused(endpoint: string): Promise<void> {
  const code = () =>
    // A connection that was accepted before, and by nobody taken, is left hanging by Node until the end.
    fetch(endpoint, { signal: AbortSignal.timeout(500), headers: { connection: 'close' } }).then(
      () => 'answered',
      (error: unknown) => Object(Object(error).cause).code,
    );
  await vi.waitFor(async () => expect(await code()).toBe('ECONNREFUSED'), { timeout: 10_000 });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
