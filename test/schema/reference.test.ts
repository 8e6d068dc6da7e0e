import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { readSdl } from '../../src/gateway/graph/sdl.ts';
import { schemaReference } from './reference.ts';

const page = fileURLToPath(new URL('../../docs/schema.md', import.meta.url));
const HEAD = `# The schema

Written from \`schema/*.graphql\` by \`npx vitest run test/schema -u\`. The same as SDL: \`npx rolegraph schema\`.

`;

test('docs/schema.md is what "npx vitest run test/schema -u" writes from the schema', async () => {
  await expect(HEAD + schemaReference(buildSchema(readSdl()))).toMatchFileSnapshot(page);
});
