import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('./', import.meta.url));

/** Bundles the pages into `pages/`, from where `src/gateway/transport/pages` serves them: nothing comes from elsewhere. */
export default defineConfig({
  root: here,
  // What refers to assets finds them below whatever path the gateway is; the pages themselves are written as they are served.
  base: './',
  logLevel: 'warn',
  build: {
    outDir: '../pages',
    emptyOutDir: true,
    // The policy of the pages lets no `data:` be a script.
    assetsInlineLimit: 0,
    // Most of it is the editor.
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      input: [`${here}explorer/index.html`, `${here}console/index.html`],
      onwarn(warning, warn) {
        // "use client" means something only to frameworks that render on the server.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
