import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { at, readAnswer } from '../support/graphql-answer.ts';
import { run, start } from './rolegraph.ts';

// It starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const README = new URL('../../README.md', import.meta.url);

test('the README shows what its query on access answers after npm start, and the picture of it', async () => {
  const [, section = ''] = (await readFile(README, 'utf8')).split('## Who can do what, and why\n');
  const block = (language: string) => section.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'rolegraph-readme-'));
  const server = start(['serve', '--port', '0', '--authapi-port', '0', '--data', folder]);
  try {
    const url = await server.printed(/GraphQL +(http:\S+)/);
    const { stdout: token } = await run(['token', 'ada@example.com', '--data', folder]);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token.trim()}` },
      body: JSON.stringify({ query: block('graphql') }),
    });
    const { data, errors } = readAnswer(response.status, await response.json());
    expect(errors).toEqual([]);
    const { mermaid, ...answer } = Object(at(data, 'explain'));
    expect({ explain: answer }).toEqual(JSON.parse(block('json')));
    expect(mermaid).toBe(block('mermaid'));
  } finally {
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
