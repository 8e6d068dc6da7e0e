import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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

describe('several files and folders', () => {
  const FIELDS = 'fragment Fields on User { name ...Groups }';
  const GROUPS = 'fragment Groups on User { groups { description } }';
  const VIEWER = '{ viewer { id } }';

  async function tree(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name, path)), { recursive: true });
      await writeFile(join(folder, name, path), text);
    }
    return join(folder, name);
  }

  test('share their fragments, through as many as it takes', async () => {
    const queries = await file('queries.graphql', '{ users { nodes { ...Fields } } }');
    const fields = await file('fields.gql', FIELDS);
    const shared = await tree('shared', { 'deep/groups.graphql': GROUPS, 'deep/note.txt': 'no GraphQL' });
    const { code, stdout, stderr } = await run(['explain', queries, fields, shared]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^query: \d+ REST calls/);
    expect(stdout).toContain('GET /api/groups');
  });

  test('are each read once, and each operation says where it is', async () => {
    const operations = await tree('operations', {
      'a.graphql': VIEWER,
      'b/c.graphql': `query Mine ${VIEWER} query Yours { roles { totalCount } }`,
      'node_modules/x.graphql': 'nonsense',
    });
    const told = await run(['explain', operations, operations, join(operations, 'a.graphql')]);
    expect([told.code, told.stderr]).toEqual([0, '']);
    expect(told.stdout.split('\n').filter((line) => line.startsWith(folder))).toEqual([
      expect.stringMatching(/operations\/a\.graphql: query: 1 REST call,/),
      expect.stringMatching(/operations\/b\/c\.graphql: query Mine: 1 REST call,/),
      expect.stringMatching(/operations\/b\/c\.graphql: query Yours: 1 REST call,/),
    ]);
    const json = await run(['explain', operations, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject([
      { file: join(operations, 'a.graphql'), name: null },
      { file: join(operations, 'b/c.graphql'), name: 'Mine' },
      { file: join(operations, 'b/c.graphql'), name: 'Yours' },
    ]);
  });

  test('may each have an operation of the same name, or of none', async () => {
    const named = `query Q ${VIEWER}`;
    const same = await tree('same', { 'a.graphql': named, 'b.graphql': named });
    const nameless = await tree('nameless', { 'a.graphql': VIEWER, 'b.graphql': VIEWER });
    expect(await run(['explain', same, nameless])).toMatchObject({ code: 0, stderr: '' });
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a fragment is in none of them',
      { 'a.graphql': '{ viewer { ...Gone } }' },
      /Unknown fragment "Gone".*a\.graphql:1:15/s,
    ],
    [
      'two have a fragment of one name',
      { 'a.graphql': GROUPS, 'b.graphql': GROUPS, 'c.graphql': VIEWER },
      /"Groups".*a\.graphql.*b\.graphql/s,
    ],
    [
      'a fragment that nobody uses does not fit the schema',
      { 'a.graphql': 'fragment F on User { nope }', 'b.graphql': VIEWER },
      /"nope".*a\.graphql:1:22/s,
    ],
    ['none has an operation', { 'a.graphql': 'fragment F on User { id }' }, /No operation is in /],
    ['a folder has no file of GraphQL', { 'a.txt': '' }, /holds no \.graphql or \.gql file/],
  ])('are refused where %s', async (what, files, message) => {
    const { code, stdout, stderr } = await run(['explain', await tree(what, files)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  test('are refused where one is not there', async () => {
    const { code, stderr } = await run(['explain', join(folder, 'nowhere')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere cannot be read \(ENOENT\)/);
  });
});

test.each([
  ['what does not fit the schema', '{ nonsense }', [], /Cannot query field "nonsense".*:1:3/s],
  ['what is no GraphQL', '{', [], /Syntax Error/],
  ['a file without operations', 'fragment F on User { id }', [], /No operation is in .*wrong\.graphql/],
  ['no number', '{ viewer { id } }', ['--max-calls', 'many'], /--max-calls must be a whole number/],
])('exits with 1 for %s, and says where', async (_, text, flags, message) => {
  const { code, stdout, stderr } = await run(['explain', await file('wrong.graphql', text), ...flags]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
});
