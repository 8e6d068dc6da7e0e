import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';

const client = new URL('../../client/', import.meta.url);

test("the client's README lists every published operation, and says of it what its source says", () => {
  const page = readFileSync(new URL('README.md', client), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)Document` \| (\w+) \| (.*) \|$/gm)].map((row) => row.slice(1));
  expect(listed.sort()).toEqual(publishedOperations().sort());
});

function publishedOperations(): string[][] {
  const folder = new URL('operations/', client);
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return parse(text).definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const comment = text.slice(0, definition.loc?.start).trimEnd().split('\n').at(-1) ?? '';
      const says = comment.replace(/^# |\.$/g, '');
      return [[definition.name?.value ?? '', definition.operation, says]];
    });
  });
}
