import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await buildWorld(stack);
});
afterAll(() => stack.stop());

const KINDS = [
  {
    kind: 'user',
    id: 'cy@example.com',
    write: `mutation ($id: ID!, $roles: [ID!], $version: String) {
      written: upsertUser(id: $id, input: {name: "Cy", roleIds: $roles}, ifVersion: $version) {
        record: user { version roles { id } } userErrors { code field }
      }
    }`,
  },
  {
    kind: 'group',
    id: 'ops',
    write: `mutation ($id: ID!, $roles: [ID!], $version: String) {
      written: upsertGroup(id: $id, input: {description: "Operations", roleIds: $roles}, ifVersion: $version) {
        record: group { version roles { id } } userErrors { code field }
      }
    }`,
  },
];

describe.each(KINDS)('a $kind', ({ kind, id, write }) => {
  const versionOf = async () =>
    textAt(await stack.data(`{ ${kind}(id: ${JSON.stringify(id)}) { version } }`), kind, 'version');
  const put = (variables: Readonly<Record<string, unknown>>) =>
    stack.data(write, { variables: { id, ...variables } });

  test('is written over the version that was seen, at the cost of one more read', async () => {
    const version = await versionOf();
    stack.rest.clear();
    const data = await put({ roles: ['WORKER'], version });
    expect(stack.rest.log.slice(0, 2)).toEqual([`GET /api/${kind}s/${id}`, `PUT /api/${kind}s/${id}`]);
    expect(at(data, 'written', 'userErrors')).toEqual([]);
    expect(at(data, 'written', 'record', 'version')).toBe(await versionOf());
    expect(await versionOf()).not.toBe(version);
  });

  test('is not written over another version: the answer is a conflict with what is there now', async () => {
    const seen = await versionOf();
    await put({ roles: ['USER'] });
    stack.rest.clear();
    const data = await put({ roles: ['WORKER'], version: seen });
    expect(stack.rest.log).toEqual([`GET /api/${kind}s/${id}`]);
    expect(at(data, 'written')).toEqual({
      record: { version: await versionOf(), roles: [{ id: 'USER' }] },
      userErrors: [{ code: 'CONFLICT', field: ['ifVersion'] }],
    });
  });

  test('has the same version again when it is what it was before', async () => {
    await put({ roles: ['USER', 'WORKER'] });
    const version = await versionOf();
    await put({ roles: [] });
    expect(await versionOf()).not.toBe(version);
    await put({ roles: ['WORKER', 'USER'] });
    expect(await versionOf()).toBe(version);
  });

  test('is created only where there is none, if that is the condition', async () => {
    const fresh = { id: `fresh-${kind}`, version: 'NONE', roles: [] };
    expect(at(await put(fresh), 'written', 'userErrors')).toEqual([]);
    expect(at(await put(fresh), 'written', 'userErrors')).toMatchObject([{ code: 'CONFLICT' }]);
    const gone = { id: `gone-${kind}`, version: 'abc', roles: [] };
    expect(at(await put(gone), 'written')).toMatchObject({
      record: null,
      userErrors: [{ code: 'CONFLICT' }],
    });
  });

  test('written by ten at the same time, all of whom saw the same, is written by one', async () => {
    const version = await versionOf();
    const roles = ['ADMIN', 'WORKER', 'METADATA_API', 'auditor', 'release-manager'];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        put({ version, roles: [...roles.slice(0, index % 5), roles[index % 5]] }),
      ),
    );
    expect(answers.filter((answer) => JSON.stringify(answer).includes('CONFLICT'))).toHaveLength(9);
  });
});
