import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const clientSource = (file: string) => fileURLToPath(new URL(`client/src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // graphql refuses to work with a second copy of itself, which Vitest would load beside Node's.
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // As `paths` in tsconfig.json: the sources of the package, which need not be built for the tests.
      { find: /^@rolegraph\/client$/, replacement: clientSource('generated/graphql.ts') },
      { find: /^@rolegraph\/client\/apollo$/, replacement: clientSource('apollo.ts') },
      { find: /^@rolegraph\/client\/document-id$/, replacement: clientSource('document-id.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**'],
    testTimeout: 15_000,
  },
});
