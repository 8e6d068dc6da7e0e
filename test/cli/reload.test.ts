import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Running, start } from './rolegraph.ts';

// Each test waits for a process, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const READ = 'The configuration was read again';
const KEPT = 'The configuration stays as it was';

describe.each([['1'], ['2']])('a gateway of %s process(es) whose configuration changes', (workers) => {
  let folder: string;
  let file: string;
  let gateway: Running;
  let endpoint: string;
  let token: string;
  let seen = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-reload-'));
    file = join(folder, 'rolegraph.yaml');
    await writeFile(file, 'documentDepth: 20\n');
    const ports = ['--port', '0', '--authapi-port', '0', '--admin-port', 'off', '--workers', workers];
    gateway = start(['serve', '--config', file, '--data', join(folder, 'data'), ...ports], PATIENT);
    endpoint = await gateway.printed(/GraphQL +(http:\S+)/);
    token = await gateway.printed(/^ {2}(ey\S+)$/m);
  });
  afterAll(async () => {
    const { code } = await gateway.stop('SIGTERM');
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
  });

  /** Writes the file, and waits until the log says what became of it. */
  async function configure(text: string, outcome = READ): Promise<void> {
    await writeFile(file, text);
    seen = gateway.stderr.length;
    gateway.signal('SIGHUP');
    const told = new RegExp(`"reason":"SIGHUP".*${outcome}`);
    await vi.waitFor(() => expect(gateway.stderr.slice(seen)).toMatch(told), { timeout: 20_000 });
    // Workers are told, and say nothing.
    await new Promise((resolve) => setTimeout(resolve, workers === '1' ? 0 : 500));
  }

  async function ask(query: string, headers: Record<string, string> = {}) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        connection: 'close',
        ...headers,
      },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Asks so often that every worker has been asked. */
  async function askAll(query: string, headers?: Record<string, string>) {
    return Promise.all(Array.from({ length: workers === '1' ? 3 : 12 }, () => ask(query, headers)));
  }

  const DEEP = '{ groups { nodes { members { nodes { id } } } } }';

  test('refuses by a new limit what it has taken before, and takes it again', async () => {
    for (const { status } of [...(await askAll(DEEP)), ...(await askAll(DEEP))]) expect(status).toBe(200);
    await configure('documentDepth: 3\n');
    for (const { status, text } of await askAll(DEEP)) {
      expect(status).toBe(400);
      expect(text).toContain('REQUEST_LIMIT_EXCEEDED');
    }
    await configure('documentDepth: 20\n');
    for (const { status } of await askAll(DEEP)) expect(status).toBe(200);
  });

  test('reads the list of persisted operations again when its file has changed, and keeps it where the new one is bad', async () => {
    const list = join(folder, 'operations.json');
    const [old, other] = ['{ roles { totalCount } }', '{ groups { totalCount } }'];
    const statusesOf = async (query: string) => new Set((await askAll(query)).map(({ status }) => status));
    const write = async (text: string, outcome: string) => {
      const from = gateway.stderr.length;
      await writeFile(list, text);
      await vi.waitFor(() => expect(gateway.stderr.slice(from)).toContain(outcome), { timeout: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, workers === '1' ? 0 : 500));
    };
    await writeFile(list, JSON.stringify({ a: old }));
    await configure(`persistedOperations: allow-listed\npersistedOperationsFile: ${list}\n`);
    expect([await statusesOf(old), await statusesOf(other)]).toEqual([new Set([200]), new Set([400])]);
    await write(JSON.stringify({ a: other }), 'The list of persisted operations was read again');
    expect([await statusesOf(old), await statusesOf(other)]).toEqual([new Set([400]), new Set([200])]);
    await write('{ "a": ', 'The list of persisted operations stays as it was');
    expect([await statusesOf(old), await statusesOf(other)]).toEqual([new Set([400]), new Set([200])]);
    await configure('documentDepth: 20\n');
    expect(await statusesOf(old)).toEqual(new Set([200]));
  });

  test('lets other origins in, tells REST calls, and counts by other allowances', async () => {
    await configure('corsOrigins: [https://app.example]\ntellCalls: false\nrestCalls: 1\n');
    const origin = { origin: 'https://app.example', 'x-upstream-calls': '1' };
    for (const { headers, text } of await askAll('{ groups { totalCount } users { totalCount } }', origin)) {
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(text).toContain('UPSTREAM_BUDGET_EXCEEDED');
      expect(text).not.toContain('"upstream":');
    }
    await configure('ratePoints: 1\n');
    const statuses = (await askAll('{ __typename }', origin)).map(({ status, headers }) => {
      expect(headers.get('access-control-allow-origin')).toBeNull();
      return status;
    });
    expect(statuses).toContain(429);
    await configure('signInAttempts: 1\n');
    const signIn = 'mutation { generateToken(input: { keyId: "none", keySecret: "none" }) { token } }';
    const attempts = (await askAll(signIn)).filter(({ text }) => text.includes('RATE_LIMITED'));
    expect(attempts.length).toBeGreaterThan(0);
    await configure('tellCalls: true\n');
    for (const { text } of await askAll('{ groups { totalCount } }', origin))
      expect(text).toContain('"upstream":');
  });

  test('binds operations to a list, and to another one', async () => {
    const list = join(folder, 'operations.json');
    await writeFile(list, JSON.stringify({ first: '{ groups { totalCount } }' }));
    const settings = `persistedOperations: allow-listed\npersistedOperationsFile: ${list}\n`;
    await configure(settings);
    for (const { status } of await askAll('{ groups { totalCount } }')) expect(status).toBe(200);
    for (const { text } of await askAll('{ users { totalCount } }'))
      expect(text).toContain('QUERY_NOT_IN_SAFELIST');
    await configure('persistedOperations: off\n');
    for (const { status } of await askAll('{ users { totalCount } }')) expect(status).toBe(200);
    // A list that cannot be read.
    await writeFile(list, '[]');
    await configure(settings, KEPT);
    for (const { status } of await askAll('{ users { totalCount } }')) expect(status).toBe(200);
  });

  test('goes on as before with a file that is wrong, and says what is', async () => {
    await configure('documentDepth: 3\n');
    await configure('documentDepht: 20\n', KEPT);
    expect(gateway.stderr.slice(seen)).toMatch(
      /rolegraph\.yaml:1:1: unknown setting documentDepht: did you mean documentDepth\?/,
    );
    for (const { status } of await askAll(DEEP)) expect(status).toBe(400);
    await configure('documentDepth: 20\n');
  });

  test('names what needs a restart, and none of the values', async () => {
    await configure('requestBytes: 2000\nserviceKeyId: canary-id\nserviceKeySecret: canary-secret\n');
    const told = gateway.stderr.slice(seen);
    expect(told).toContain('need a restart');
    expect(told).toMatch(/"settings":\["serviceKeyId","serviceKeySecret","requestBytes"\]/);
    expect(told).not.toContain('canary');
    expect((await ask(`{ __typename } ${'#'.repeat(3000)}`)).status).toBe(200);
  });

  test('finds out by itself that the file has changed', async () => {
    await configure('documentDepth: 20\n');
    seen = gateway.stderr.length;
    await writeFile(file, 'documentDepth: 3\nlogOperations: all\n');
    await vi.waitFor(() => expect(gateway.stderr.slice(seen)).toContain('FILE_CHANGED'), { timeout: 20_000 });
    await vi.waitFor(async () => {
      for (const { status } of await askAll(DEEP)) expect(status).toBe(400);
    });
    expect(gateway.stderr.slice(seen)).toContain('"msg":"operation"');
  });
});

/** Deadlines that a busy machine keeps. */
const PATIENT = { ROLEGRAPH_CALL_MS: '30000', ROLEGRAPH_OPERATION_MS: '30000' };
