import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from './rolegraph.ts';

vi.setConfig({ testTimeout: 60_000 });

const TEAM = `query Team($id: ID!, $first: Int) {
  group(id: $id) { description members(first: $first) { nodes { name grants { access } } } }
}
mutation Rename { upsertGroup(id: "eng", input: { description: "E" }) { userErrors { code } } }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-explain-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('prints the REST calls of each operation, and exits with 0', async () => {
  const { code, stdout, stderr } = await run(['explain', await file('team.graphql', TEAM)]);
  expect(stdout).toMatch(
    /^query Team: 102 REST calls, \d+ points\n {2}100 {2}GET \/api\/users\/\{id\}\/permissions\n {4}1 {2}GET \/api\/groups\/\{id\}\n/,
  );
  expect(stdout).toContain('mutation Rename: ');
  expect([code, stderr]).toEqual([0, '']);
});

test('exits with 1 if an operation makes more calls than it may, and says which', async () => {
  const team = await file('team.graphql', TEAM);
  const values = await file('values.json', '{ "first": 10 }');
  const { code, stdout } = await run(['explain', team, '--max-calls', '20']);
  expect(code).toBe(1);
  expect(stdout).toContain('query Team: 102 REST calls (more than 20)');
  const fewer = await run(['explain', team, '--max-calls', '20', '--variables', values, '--json']);
  expect(fewer.code).toBe(0);
  expect(JSON.parse(fewer.stdout)).toMatchObject([
    { name: 'Team', type: 'query', restCalls: 12, faults: [] },
    { name: 'Rename', type: 'mutation' },
  ]);
});

test.each([
  ['what does not fit the schema', '{ nonsense }', [], /Cannot query field "nonsense".*:1:3/s],
  ['what is no GraphQL', '{', [], /Syntax Error/],
  ['a file without operations', 'fragment F on User { id }', [], /F/],
  ['no number', '{ viewer { id } }', ['--max-calls', 'many'], /--max-calls must be a whole number/],
])('exits with 1 for %s, and says where', async (_, text, flags, message) => {
  const { code, stdout, stderr } = await run(['explain', await file('wrong.graphql', text), ...flags]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
});
