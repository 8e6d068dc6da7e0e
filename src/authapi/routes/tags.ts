import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { accessToApplication, getAccessibleApplication } from '../guards/application-access.ts';
import { answers, Empty } from '../http/answers.ts';
import { type Caller, callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { listTags, mergeTags, removeTags } from '../store/tags.ts';
import { NewTag, Tag } from '../wire/applications.ts';
import { IdParams } from '../wire/names.ts';

const tags = ['Application tags'];
const Tags = Type.Array(Tag);
/** Tags are targets of grants by `key:value`, so they keep to the rules of ids; others, from earlier, can be removed. */
const NewTags = Type.Array(NewTag);

/**
 * Serves the tags of applications (contract section 6). An unknown application has none, and takes none; so does one
 * that the caller may do nothing with.
 */
export function tagRoutes(app: App, context: AuthApiContext): void {
  const { database } = context;
  const change = (caller: Caller, id: string, write: () => void) => {
    if (accessToApplication(context, caller, id).size === 0) return;
    getAccessibleApplication(context, caller, 'UPDATE', id);
    write();
  };

  app.put(
    '/applications/:id/tags',
    {
      schema: {
        tags,
        summary: 'Add or replace tags by key',
        params: IdParams,
        body: NewTags,
        response: answers(Empty),
      },
    },
    (request) => {
      const { id } = request.params;
      change(callerOf(request), id, () => mergeTags(database, id, request.body));
    },
  );

  app.get(
    '/applications/:id/tags',
    {
      schema: { tags, summary: 'List the tags of an application', params: IdParams, response: answers(Tags) },
    },
    (request) => {
      const { id } = request.params;
      const caller = callerOf(request);
      if (accessToApplication(context, caller, id).size === 0) return [];
      getAccessibleApplication(context, caller, 'READ', id);
      return listTags(database, id);
    },
  );

  app.delete(
    '/applications/:id/tags',
    {
      schema: {
        tags,
        summary: 'Remove pairs of key and value',
        params: IdParams,
        body: Tags,
        response: answers(Empty),
      },
    },
    (request) => {
      const { id } = request.params;
      change(callerOf(request), id, () => removeTags(database, id, request.body));
    },
  );
}
