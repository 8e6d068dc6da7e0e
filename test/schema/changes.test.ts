import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSdl } from '../../src/gateway/graph/sdl.ts';
import { breakingChanges } from './breaking-changes.ts';

const docs = new URL('../../docs/', import.meta.url);
const released = readFileSync(new URL('released.graphql', docs), 'utf8');
const page = readFileSync(new URL('schema-changes.md', docs), 'utf8');
/** The places that the page lists. */
const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path = '']) => path);

describe('the schema, compared with the last released one', () => {
  test('breaks clients nowhere but where docs/schema-changes.md lists it', async () => {
    const changes = await breakingChanges(released, readSdl());
    expect(changes.filter(({ path }) => !listed.includes(path))).toEqual([]);
  });

  test('has every change that docs/schema-changes.md lists', async () => {
    const changes = await breakingChanges(released, readSdl());
    expect(listed.filter((path) => !changes.some((change) => change.path === path))).toEqual([]);
  });

  test('would show a field that is gone, an argument that became required and a value that is gone', async () => {
    const changes = await breakingChanges(
      'enum E { A B } type Query { a(b: Int): E c: Int }',
      'enum E { A } type Query { a(b: Int!): E d: Int }',
    );
    expect(changes.map(({ path }) => path).sort()).toEqual(['E.B', 'Query.a.b', 'Query.c']);
  });
});
