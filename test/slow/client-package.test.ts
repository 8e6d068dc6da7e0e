import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rolegraph from '../../package.json' with { type: 'json' };
import { readOperationList } from '../../src/gateway/operation/admission/persisted-operations/operation-list.ts';
import { startStack } from '../support/start-stack.ts';

const client = fileURLToPath(new URL('../../client/', import.meta.url));
const run = promisify(execFile);
let folder: string;
let installed: string;

/** What a frontend installs beside it, in the versions that this repository uses. */
const BESIDE = [
  '@apollo/client',
  '@urql/core',
  '@urql/exchange-persisted',
  'graphql',
  'rxjs',
  'typescript',
] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-client-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: client });
  const [tarball = ''] = await readdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const versions: Readonly<Record<string, string>> = {
    ...rolegraph.dependencies,
    ...rolegraph.devDependencies,
  };
  const beside = BESIDE.map((name) => `${name}@${versions[name] ?? 'latest'}`);
  await run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`, ...beside], { cwd: folder });
  installed = join(folder, 'node_modules/@rolegraph/client');
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package for frontends, installed in an empty folder', () => {
  test('holds compiled JavaScript with its types, operations, examples and the list, and no other source', async () => {
    const names = (await readdir(installed)).sort();
    expect(names).toEqual(['LICENSE', 'README.md', 'dist', 'examples', 'operations', 'package.json', 'src']);
    expect(await readdir(join(installed, 'src'), { recursive: true })).toEqual([
      'generated',
      'generated/persisted-documents.json',
    ]);
    const compiled = await readdir(join(installed, 'dist'), { recursive: true });
    expect(compiled.filter((name) => /\.[jt]s$/.test(name)).sort()).toEqual([
      'apollo.d.ts',
      'apollo.js',
      'document-id.d.ts',
      'document-id.js',
      'generated/graphql.d.ts',
      'generated/graphql.js',
    ]);
  });

  test('its examples compile there, and run against a gateway, by texts and by ids only', async () => {
    await cp(join(installed, 'examples'), folder, { recursive: true });
    await writeFile(join(folder, 'main.ts'), MAIN);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: 'es2022',
      module: 'nodenext',
      outDir: 'out',
      // Apollo Client's own declarations do not pass.
      skipLibCheck: true,
      types: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder });

    const list = readOperationList(join(installed, 'src/generated/persisted-documents.json'));
    for (const mode of ['off', 'id-only'] as const) {
      const stack = await startStack({ gateway: { persistedOperations: { mode, list, apqBytes: 0 } } });
      try {
        await stack.call('PUT', '/api/users/ann@example.com', { name: 'Ann' });
        const args = ['out/main.js', `${stack.url}/graphql`, stack.admin, mode];
        const { stdout } = await run(process.execPath, args, { cwd: folder });
        expect(stdout).toBe('Apollo Client: Ann may read\nurql: Ann may read\n');
        const grants = await stack.call('GET', '/api/users/ann@example.com/permissions');
        expect(JSON.stringify(grants)).toMatch(/by-apollo.*by-urql|by-urql.*by-apollo/);
      } finally {
        await stack.stop();
      }
    }
  });
});

const MAIN = `
import * as apollo from './apollo-client.js';
import * as urql from './urql.js';
import type { UsersPageQuery } from '@rolegraph/client';
// @ts-expect-error: results are typed, and have no such field.
export type Nothing = UsersPageQuery['nothing'];
declare const process: { argv: string[] };

const [, , url = '', token = '', mode] = process.argv;
const make = mode === 'off' ? 'createRolegraphClient' : 'createListedClient';

const apolloClient = apollo[make](url, token);
for await (const user of apollo.findUsers(apolloClient, 'ann@')) {
  await apollo.letRead(apolloClient, user.id, 'by-apollo');
  console.log(\`Apollo Client: \${user.name} may read\`);
}
const urqlClient = urql[make](url, token);
for await (const user of urql.findUsers(urqlClient, 'ann@')) {
  await urql.letRead(urqlClient, user.id, 'by-urql');
  console.log(\`urql: \${user.name} may read\`);
}
`;
