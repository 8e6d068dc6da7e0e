import { textAt } from '../support/graphql-answer.ts';
import type { Stack } from '../support/start-stack.ts';
import type { World } from './world.ts';

/**
 * Builds a world through REST calls, and gives it as it is then: the server chooses the ids of applications. Several
 * worlds fit into one store if their ids differ.
 */
export async function buildOverRest(stack: Stack, world: World): Promise<World> {
  const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body);
  const post = (path: string, body?: unknown, token?: string) =>
    stack.call('POST', `/api${path}`, body, token);

  for (const { id, permissions } of world.roles) await post('/roles', { name: id, permissions });
  for (const { id, roles, defaultAccess } of world.groups) {
    await put(`/groups/${id}`, { description: id, roles, defaultAccess });
  }
  let text = JSON.stringify(world);
  for (const { id, creator } of world.applications) {
    await put(`/users/${creator}`, { name: creator, roles: ['APPLICATION_CREATOR'] });
    const made = textAt(await post('/applications', { name: id }, await stack.as(creator)), 'id');
    text = text.replaceAll(id, made);
  }
  const built: World = JSON.parse(text);
  for (const { type, id, creator } of built.definitions) {
    const groups = built.users.find((user) => user.id === creator)?.groups;
    await put(`/users/${creator}`, { name: creator, roles: ['METADATA_API'], groups });
    const [path, body] =
      type === 'TASK_DEF' ? ['/metadata/taskdefs', [{ name: id }]] : ['/metadata/workflow', { name: id }];
    await post(path, body, await stack.as(creator));
  }
  for (const { id, roles, groups } of built.users) await put(`/users/${id}`, { name: id, roles, groups });
  for (const { id, tags, roles } of built.applications) {
    await put(`/applications/${id}/tags`, tags.map(tagOf));
    for (const role of roles) await post(`/applications/${id}/roles/${role}`);
  }
  const made = built.grants.filter(({ byCreation }) => byCreation === undefined);
  for (const grant of made) await post('/auth/authorization', grant);
  return built;
}

function tagOf(tag: string): { readonly key: string; readonly value: string } {
  const colon = tag.indexOf(':');
  return { key: tag.slice(0, colon), value: tag.slice(colon + 1) };
}
