import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { answers, Empty, EmptyObject } from '../http/answers.ts';
import { sendPrepared } from '../http/prepared-answers.ts';
import type { App } from '../http/typed-app.ts';
import { getGroup } from '../store/groups.ts';
import { addMember, checkUsersExist, listMembers, removeMember, userIdOf } from '../store/users.ts';
import { Id, IdParams } from '../wire/names.ts';
import { User, userAnswers } from '../wire/users.ts';

const tags = ['Group members'];
const MemberParams = Type.Object({
  id: Id,
  userId: Id,
});
const UserIds = Type.Array(Type.String());

/** Serves the members of groups (contract section 10). Bulk calls are all or nothing. */
export function memberRoutes(app: App, { database, prepared }: AuthApiContext): void {
  const change = (groupId: string, userIds: readonly string[], write: typeof addMember) => {
    getGroup(database, groupId);
    checkUsersExist(database, userIds);
    for (const id of userIds) write(database, groupId, userIdOf(id));
  };

  app.get(
    '/groups/:id/users',
    {
      config: { takes: 'readMembers' },
      schema: {
        tags,
        summary: 'List the members of a group',
        params: IdParams,
        response: answers(Type.Array(User)),
      },
    },
    (request, reply) => {
      const { id } = getGroup(database, request.params.id);
      return sendPrepared(reply, prepared.users, `members of ${id}`, () =>
        userAnswers(database, listMembers(database, id)),
      );
    },
  );

  app.post(
    '/groups/:id/users/:userId',
    {
      config: { takes: 'writeGroups' },
      schema: { tags, summary: 'Add a member', params: MemberParams, response: answers(EmptyObject) },
    },
    (request) => {
      change(request.params.id, [request.params.userId], addMember);
      return {};
    },
  );

  app.delete(
    '/groups/:id/users/:userId',
    {
      config: { takes: 'writeGroups' },
      schema: { tags, summary: 'Remove a member', params: MemberParams, response: answers(EmptyObject) },
    },
    (request) => {
      change(request.params.id, [request.params.userId], removeMember);
      return {};
    },
  );

  app.post(
    '/groups/:id/users',
    {
      config: { takes: 'writeGroups' },
      schema: {
        tags,
        summary: 'Add members, all or none',
        params: IdParams,
        body: UserIds,
        response: answers(Empty),
      },
    },
    (request) => change(request.params.id, request.body, addMember),
  );

  app.delete(
    '/groups/:id/users',
    {
      config: { takes: 'writeGroups' },
      schema: {
        tags,
        summary: 'Remove members, all or none',
        params: IdParams,
        body: UserIds,
        response: answers(Empty),
      },
    },
    (request) => change(request.params.id, request.body, removeMember),
  );
}
