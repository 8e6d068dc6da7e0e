import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { checkAssignable } from '../guards/assignable-roles.ts';
import { answers, Message } from '../http/answers.ts';
import { sendPrepared } from '../http/prepared-answers.ts';
import type { App } from '../http/typed-app.ts';
import { deleteGroup, findGroup, getGroup, listGroups, upsertGroup } from '../store/groups.ts';
import { GrantedAccess, grantedAccessAnswer } from '../wire/grants.ts';
import { Group, GroupBody, groupAnswers } from '../wire/groups.ts';
import { IdParams, namesOf } from '../wire/names.ts';

const tags = ['Groups'];

/** Serves groups and what they were granted (contract section 9). */
export function groupRoutes(app: App, { database, prepared }: AuthApiContext): void {
  app.put(
    '/groups/:id',
    {
      config: { takes: 'writeGroups' },
      schema: {
        tags,
        summary: 'Create or replace a group',
        params: IdParams,
        body: GroupBody,
        response: answers(Group),
      },
    },
    (request) => {
      const { id } = request.params;
      const { description, defaultAccess } = request.body;
      const old = findGroup(database, id);
      const roles = request.body.roles === undefined ? (old?.roles ?? []) : namesOf(request.body.roles);
      checkAssignable(database, roles, 'body/roles');
      upsertGroup(database, { id, description, roles, defaultAccess: defaultAccess ?? {} });
      return groupAnswers(database, [getGroup(database, id)])[0];
    },
  );

  app.get(
    '/groups/:id',
    {
      config: { takes: 'readGroups' },
      schema: { tags, summary: 'Get a group', params: IdParams, response: answers(Group) },
    },
    (request, reply) => {
      const { id } = request.params;
      return sendPrepared(
        reply,
        prepared.groups,
        `group ${id}`,
        () => groupAnswers(database, [getGroup(database, id)])[0],
      );
    },
  );

  app.get(
    '/groups',
    {
      config: { takes: 'readGroups' },
      schema: { tags, summary: 'List groups', response: answers(Type.Array(Group)) },
    },
    (_request, reply) =>
      sendPrepared(reply, prepared.groups, 'groups', () => groupAnswers(database, listGroups(database))),
  );

  app.delete(
    '/groups/:id',
    {
      config: { takes: 'writeGroups' },
      schema: {
        tags,
        summary: 'Delete a group; its members stay',
        params: IdParams,
        response: answers(Message),
      },
    },
    (request) => {
      const { id } = request.params;
      getGroup(database, id);
      deleteGroup(database, id);
      return { message: `Deleted group '${id}'` };
    },
  );

  app.get(
    '/groups/:id/permissions',
    {
      config: { takes: 'readGroups' },
      schema: {
        tags,
        summary: 'List what a group was granted',
        params: IdParams,
        response: answers(GrantedAccess),
      },
    },
    (request) => {
      const { id } = getGroup(database, request.params.id);
      return grantedAccessAnswer(database, { type: 'GROUP', id });
    },
  );
}
