import type { App } from '../http/app.ts';

/**
 * Serves the two metadata calls that clients' authorization suites make in passing. Definitions are no part of this
 * server: there are none to list, and what is registered is taken and not kept. So neither is in its document.
 */
export function metadataRoutes(app: App): void {
  app.get('/metadata/taskdefs', { schema: { hide: true } }, () => []);

  app.post('/metadata/workflow', { schema: { hide: true } }, (_request, reply) => {
    reply.send();
  });
}
