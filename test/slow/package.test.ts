import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishedSdl } from '../../src/gateway/federation/published-sdl.ts';
import { readSdl } from '../../src/gateway/graph/sdl.ts';
import { start } from '../cli/rolegraph.ts';
import { readAnswer } from '../support/graphql-answer.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
let folder: string;
let command: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-package-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: repository });
  const [tarball = ''] = await readdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  command = join(folder, 'node_modules/.bin/rolegraph');
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package, installed in an empty folder', () => {
  test('holds what runs and the licence, and neither sources nor tests', async () => {
    const names = await readdir(join(folder, 'node_modules/rolegraph'));
    expect(names.sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'pages', 'schema']);
    const compiled = await readdir(join(folder, 'node_modules/rolegraph/dist'), { recursive: true });
    expect(compiled.filter((name) => name.endsWith('.ts'))).toEqual([]);
  });

  test('prints the schema that the repository has', async () => {
    const { stdout } = await run(process.execPath, [command, 'schema'], { maxBuffer: 2 ** 24 });
    expect(stdout).toBe(readSdl());
    const subgraph = await run(process.execPath, [command, 'schema', '--federation'], { maxBuffer: 2 ** 24 });
    expect(subgraph.stdout).toBe(publishedSdl());
  });

  test('serves a query over a new data folder, from several processes', async () => {
    const data = join(folder, 'data');
    const args = ['--port', '0', '--authapi-port', '0', '--data', data, '--workers', '2'];
    const server = start(args, {}, command);
    try {
      const url = await server.printed(/GraphQL\s+(http:\S+)/);
      const { stdout } = await run(process.execPath, [command, 'token', 'ada@example.com', '--data', data]);
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      });
      const answer = readAnswer(response.status, await response.json());
      expect(answer).toEqual({ status: 200, errors: [], data: { viewer: { id: 'ada@example.com' } } });
      for (const page of ['/', '/explorer', '/console']) {
        expect((await fetch(new URL(page, url), { headers: { accept: 'text/html' } })).status).toBe(200);
      }
    } finally {
      expect((await server.stop()).code).toBe(0);
    }
  });
});
