import { Type } from '@sinclair/typebox';
import { answers, Empty } from '../http/answers.ts';
import type { App } from '../http/app.ts';

const tags = ['Metadata'];

/**
 * Serves the two metadata calls that clients' authorization suites make in passing. Definitions are no part of this
 * server: there are none to list, and what is registered is taken and not kept.
 */
export function metadataRoutes(app: App): void {
  app.get(
    '/metadata/taskdefs',
    {
      schema: {
        tags,
        summary: 'List task definitions: none',
        response: answers(Type.Array(Type.Object({}))),
      },
    },
    () => [],
  );

  app.post(
    '/metadata/workflow',
    { schema: { tags, summary: 'Take a workflow definition and forget it', response: answers(Empty) } },
    (_request, reply) => {
      reply.send();
    },
  );
}
