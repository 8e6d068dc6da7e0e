import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Running, run, start } from './rolegraph.ts';

// Each test starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let data: string;
const running: Running[] = [];

beforeEach(async () => {
  data = join(await mkdtemp(join(tmpdir(), 'rolegraph-cli-')), 'data');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop('SIGKILL')));
  await rm(join(data, '..'), { recursive: true });
});

function launch(...args: string[]): Running {
  const process = start([...args, '--data', data]);
  running.push(process);
  return process;
}

const restApi = /REST API +(http:\S+)/;
const graphql = /GraphQL +(http:\S+)/;
const anything = /(\S)/;

function userInfo(api: string, token: string): Promise<Response> {
  return fetch(`${api}/token/userInfo`, { headers: { 'X-Authorization': token } });
}

async function pageAt(url: string | URL): Promise<string> {
  const page = await fetch(url, { headers: { Accept: 'text/html' } });
  expect(page.status).toBe(200);
  return await page.text();
}

/** Does with a link what its page does. */
async function redeem(link: string): Promise<unknown> {
  const response = await fetch(new URL('/pages/token', link), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: new URL(link).hash.replace('#key=', '') }),
  });
  return await response.json();
}

describe('authapi', () => {
  test('keeps the key pair of its first start in a file that only its owner reads', async () => {
    const process = launch('authapi', '--port', '0');
    const api = await process.printed(restApi);
    const file = join(data, 'admin-key.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const pair = await readFile(file, 'utf8');
    const answer = await fetch(`${api}/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: pair,
    });
    expect(answer.status).toBe(200);

    const first = await process.stop('SIGTERM');
    const { keySecret } = JSON.parse(pair);
    expect(first.code).toBe(0);
    expect(first.stdout.split(keySecret)).toHaveLength(2);
    expect(first.stderr).not.toContain(keySecret);

    const again = launch('authapi', '--port', '0');
    await again.printed(restApi);
    expect((await again.stop('SIGINT')).stdout).not.toContain(keySecret);
  });

  test('takes a token that was signed for a user beside it', async () => {
    const process = launch('authapi', '--port', '0', '--seed');
    const api = await process.printed(restApi);
    const { code, stdout, stderr } = await run(['token', 'ada@example.com', '--data', data]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const answer = await userInfo(api, stdout.trim());
    expect([answer.status, await answer.json()]).toMatchObject([200, { id: 'ada@example.com' }]);

    const nobody = await run(['token', 'nobody@example.com', '--data', data]);
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect(nobody.stderr).toMatch(/^rolegraph: .*nobody@example\.com.*\n$/);
  });

  test('is missed by token where there is no data folder', async () => {
    const { code, stdout, stderr } = await run(['token', 'ada@example.com', '--data', data]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${data} holds no store`);
    await expect(stat(data)).rejects.toThrow('ENOENT');
  });
});

describe('serve', () => {
  test('starts the gateway over a seeded API, with a token that both take, and stops both', async () => {
    const process = launch('--port', '0', '--authapi-port', '0');
    const [endpoint, api] = [await process.printed(graphql), await process.printed(restApi)];
    const token = await process.printed(/^ {2}(ey\S+)$/m);
    expect((await userInfo(api, token)).status).toBe(200);
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ viewer { __typename } }' }),
    });
    expect(await answer.json()).toMatchObject({ data: { viewer: { __typename: expect.any(String) } } });

    for (const label of ['Sandbox', 'Explorer', 'Console']) {
      const link = await process.printed(new RegExp(`${label} +(http:\\S+#key=\\S+)`));
      expect(await pageAt(link)).not.toContain('eyJ');
      expect(await redeem(link)).toEqual({ token });
      expect(await redeem(link)).toMatchObject({ errors: [{ message: expect.stringContaining('already') }] });
    }
    expect(await process.printed(/Origins +(.*)/)).toBe(
      `pages of ${new URL(endpoint).origin}, https://studio.apollographql.com may call; --cors-origins allows others`,
    );

    const { code, stderr } = await process.stop('SIGTERM');
    expect([code, stderr.includes(token)]).toEqual([0, false]);
    await expect(fetch(endpoint)).rejects.toThrow();
    await expect(fetch(api)).rejects.toThrow();
  });

  test('warns where others can reach the embedded API, and prints no link that gives a token', async () => {
    const process = launch('--host', '0.0.0.0', '--port', '0', '--authapi-port', '0');
    const { port } = new URL(await process.printed(graphql));
    const token = await process.printed(/^ {2}(ey\S+)$/m);
    expect(await pageAt(`http://127.0.0.1:${port}`)).not.toContain(token);
    const { stdout, stderr } = await process.stop();
    expect(stdout).toContain('Explorer');
    expect(stdout).not.toContain('#key=');
    expect(stderr).toContain('The embedded API is for local use');
  });

  test('prints links below publicUrl, and where it listens', async () => {
    const flags = [
      '--public-url',
      'https://API.example.com/rolegraph',
      '--cors-origins',
      'https://App.example.com:443',
    ];
    const process = launch('--port', '0', '--authapi-port', '0', ...flags);
    const listening = await process.printed(/Listens on +(http:\/\/127\.0\.0\.1:\d+)/);
    expect(await process.printed(/GraphQL +(\S+)/)).toBe('https://api.example.com/rolegraph/graphql');
    expect(await process.printed(/Sandbox +(\S+)#key/)).toBe('https://api.example.com/rolegraph/');
    const link = await process.printed(/Console +(\S+)/);
    expect(link).toMatch(/^https:\/\/api\.example\.com\/rolegraph\/console#key=/);
    expect(await process.printed(/Origins +(.*)/)).toContain(
      'https://api.example.com, https://studio.apollographql.com, https://app.example.com may call',
    );
    expect(await redeem(`${listening}/${new URL(link).hash}`)).toEqual({ token: expect.any(String) });
  });

  test('starts the gateway alone where a Conductor is named', async () => {
    const process = launch('serve', '--port', '0', '--authorization-url', 'http://127.0.0.1:9/api');
    await process.printed(graphql);
    const { code, stdout } = await process.stop();
    expect(code).toBe(0);
    expect(stdout).not.toMatch(restApi);
    expect(await readdir(data)).toEqual(['changes-127.0.0.1_9.db']);
  });

  test('keeps nothing, not even changes, where it is told so', async () => {
    const process = launch('--port', '0', '--authorization-url', 'http://127.0.0.1:9', '--changes', 'off');
    await process.printed(graphql);
    expect((await process.stop()).code).toBe(0);
    await expect(stat(data)).rejects.toThrow('ENOENT');
  });

  test('says what to do where changes cannot be kept', async () => {
    const file = join(import.meta.filename, 'changes.db');
    const args = ['--port', '0', '--authorization-url', 'http://127.0.0.1:9', '--changes', file];
    const { code, stderr } = await launch(...args).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`rolegraph: Changes cannot be kept in ${file}`);
    expect(stderr).toContain('choose another file with --changes, or off to keep none');
  });

  test('tells where operators look, and names their port where it is taken', async () => {
    const upstream = ['--port', '0', '--authorization-url', 'http://127.0.0.1:9', '--changes', 'off'];
    const running = launch(...upstream);
    const metrics = await running.printed(/Admin\s+(\S+)/);
    expect((await fetch(new URL('/ready', metrics))).status).toBe(200);
    expect(await (await fetch(metrics)).text()).toContain('rolegraph_operations_total');

    const { code, stderr } = await launch(...upstream, '--admin-port', new URL(metrics).port).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('choose another with --admin-port (0 takes any free port)');

    const without = launch(...upstream, '--admin-port', 'off');
    await without.printed(/GraphQL\s+(\S+)/);
    expect((await without.stop()).stdout).not.toContain('Admin');
    expect((await running.stop()).code).toBe(0);
  });

  test('names a taken port and how to choose another', async () => {
    await using server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String(Object(server.address()).port);
    for (const flag of ['--port', '--authapi-port']) {
      const other = flag === '--port' ? '--authapi-port' : '--port';
      const { code, stdout, stderr } = await launch(flag, port, other, '0', '--admin-port', '0').ended;
      expect(code).toBe(1);
      expect(stdout).not.toMatch(anything);
      expect(stderr).toContain(
        `rolegraph: Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another with ${flag} (0`,
      );
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});
