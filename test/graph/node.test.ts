import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('node', () => {
  test.each([
    ['User', 'bob@example.com', 'user(id: "bob@example.com")'],
    ['Group', 'eng', 'group(id: "eng")'],
    ['Role', 'ADMIN', 'role(id: "ADMIN")'],
    ['Application', world.billing, `application(by: {id: "${world.billing}"})`],
    ['GatewayAuthConfig', 'shop-gateway', 'gatewayAuthConfig(id: "shop-gateway")'],
  ])('fetches a %s again by its nodeId', async (type, id, field) => {
    const nodeId = encode(`${type}:${id}`);
    expect(await stack.data(`{ found: ${field} { nodeId } }`)).toEqual({ found: { nodeId } });
    const document = `{ node(nodeId: "${nodeId}") { __typename nodeId ... on ${type} { id } } }`;
    expect(await stack.data(document)).toEqual({ node: { __typename: type, nodeId, id } });
  });

  test.each([
    'User:nobody@example.com',
    'Group:nothing',
    'Role:nothing',
    'GatewayAuthConfig:nothing',
  ])('is null without an error where the record is gone: %s', async (text) => {
    expect(await stack.data(`{ node(nodeId: "${encode(text)}") { nodeId } }`)).toEqual({ node: null });
  });

  test.each([
    ['is not base64url', 'Group:eng'],
    ['is padded', `${encode('User:ab')}==`],
    ['names a type that is no node', encode('Tag:team:billing')],
    ['names no type', encode('eng')],
    ['is empty', ''],
  ])('refuses a nodeId that %s, and asks nobody', async (_, nodeId) => {
    stack.rest.clear();
    const answer = await stack.query(`{ node(nodeId: "${nodeId}") { nodeId } }`);
    expect(answer.data).toEqual({ node: null });
    expect(codesByPath(answer)).toEqual(['node: BAD_USER_INPUT']);
    expect(stack.rest.log).toEqual([]);
  });

  test.each(['Group:', 'Group:..', 'User:.'])('reaches no other endpoint with the id of %s', async (text) => {
    stack.rest.clear();
    const answer = await stack.query(`{ node(nodeId: "${encode(text)}") { nodeId } }`);
    expect(codesByPath(answer)).toEqual(['node: BAD_USER_INPUT']);
    expect(stack.rest.log).toEqual([]);
  });

  test('takes ids with slashes, colons and spaces as they are', async () => {
    const id = 'a/b: c?d#e%2F';
    await stack.call('PUT', `/api/groups/${encodeURIComponent(id)}`, { description: 'Odd' });
    const document = 'query ($id: ID!) { group(id: $id) { id nodeId description members { totalCount } } }';
    expect(await stack.data(document, { variables: { id } })).toEqual({
      group: { id, nodeId: encode(`Group:${id}`), description: 'Odd', members: { totalCount: 0 } },
    });
  });
});
