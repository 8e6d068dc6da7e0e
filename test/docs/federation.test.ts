import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readFederationSdl } from '../../src/gateway/graph/sdl.ts';

const page = readFileSync(new URL('../../docs/federation.md', import.meta.url), 'utf8');

test('docs/federation.md lists the entities of the subgraph with their keys', () => {
  const listed = [...page.matchAll(/^\| (`[A-Z].*?) \| (.*) \|$/gm)].flatMap(([, types = '', keys = '']) =>
    namesIn(types).map((type) => [type, namesIn(keys)]),
  );
  expect(listed.length).toBeGreaterThan(5);
  expect(Object.fromEntries(listed)).toEqual(publishedKeys());
});

function namesIn(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
}

function publishedKeys(): Record<string, string[]> {
  const extensions = parse(readFederationSdl('entities')).definitions.filter(
    (definition) => definition.kind === Kind.OBJECT_TYPE_EXTENSION,
  );
  const keys = extensions.map(({ name, directives = [] }) => {
    const fields = directives
      .filter((directive) => directive.name.value === 'key')
      .flatMap((directive) => directive.arguments ?? [])
      .flatMap(({ value }) => (value.kind === Kind.STRING ? value.value.split(' ') : []));
    return [name.value, fields] as const;
  });
  return Object.fromEntries(keys.filter(([, fields]) => fields.length > 0));
}
