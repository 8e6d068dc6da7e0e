import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());

describe('group', () => {
  test('tells all there is to know, with its roles as links', async () => {
    const document = `{ group(id: "eng") {
      id displayName description roles { id kind permissions { names } }
      defaultAccess { targetType access } contact { kind } asTarget { type id: rawId }
    } }`;
    expect(await stack.data(document)).toEqual({
      group: {
        id: 'eng',
        displayName: 'Engineering',
        description: 'Engineering',
        roles: [
          {
            id: 'METADATA_API',
            kind: 'SYSTEM',
            permissions: [
              { names: ['CREATE_TASK_DEF'] },
              { names: ['CREATE_USER_FORM_TEMPLATE'] },
              { names: ['CREATE_WORKFLOW_DEF'] },
            ],
          },
        ],
        defaultAccess: [{ targetType: 'WORKFLOW_DEF', access: ['READ', 'EXECUTE'] }],
        contact: [],
        asTarget: { type: 'GROUP', id: 'eng' },
      },
    });
  });

  test('is told apart by upper and lower case, and is null without an error where there is none', async () => {
    expect(await stack.data('{ group(id: "ENG") { id } }')).toEqual({ group: null });
  });

  test('links to its members, and they back to it', async () => {
    const document = '{ group(id: "ops") { members { nodes { id name groups { id description } } } } }';
    expect(await stack.data(document)).toEqual({
      group: {
        members: {
          nodes: [
            {
              id: 'bob@example.com',
              name: 'Bob',
              groups: [
                { id: 'eng', description: 'Engineering' },
                { id: 'ops', description: 'Operations' },
              ],
            },
          ],
        },
      },
    });
  });

  test.each([
    ['by text', '{ text: "CY" }', ['cy@example.com']],
    ['by role', '{ roleId: "ADMIN" }', ['ada@example.com']],
    ['by a further group', '{ groupId: "ops" }', ['bob@example.com']],
    ['by all of them', '{ text: "bob", roleId: "ADMIN" }', []],
  ])('has members that can be filtered %s', async (_, filter, ids) => {
    const document = `{ group(id: "eng") { members(filter: ${filter}) { totalCount nodes { id } } } }`;
    expect(await stack.data(document)).toEqual({
      group: { members: { totalCount: ids.length, nodes: ids.map((id) => ({ id })) } },
    });
  });

  test('without members has an empty page', async () => {
    const document = '{ group(id: "empty") { members { totalCount nodes { id } } grants { access } } }';
    expect(await stack.data(document)).toEqual({
      group: { members: { totalCount: 0, nodes: [] }, grants: [] },
    });
  });

  test('has its own grants, on all targets or on those of one type', async () => {
    const document = `{ group(id: "ops") {
      grants(targetType: ROLE) { subject { id displayName } target { rawType id: rawId entity { ... on Role { description } } } access }
      none: grants(targetType: WORKFLOW) { access }
    } }`;
    expect(await stack.data(document)).toEqual({
      group: {
        grants: [
          {
            subject: { id: 'ops', displayName: 'Operations' },
            target: { rawType: 'ROLE', id: 'release-manager', entity: { description: 'Runs releases' } },
            access: ['UPDATE'],
          },
        ],
        none: [],
      },
    });
  });

  test('that is gone keeps its id where somebody links to it, and nothing else', async () => {
    const grant = {
      subject: { type: 'GROUP', id: 'gone' },
      target: { type: 'SECRET_NAME', id: 'key' },
      access: ['READ'],
    };
    await stack.call('POST', '/api/auth/authorization', grant);
    const document = `{ target(by: {type: SECRET_NAME, id: "key"}) { grants { subject { id displayName ... on Group {
      description roles { id } members { totalCount } grants { access } defaultAccess { access } contact { kind }
    } } } } }`;
    const nothing = {
      description: null,
      roles: null,
      members: null,
      grants: null,
      defaultAccess: null,
      contact: null,
    };
    expect(await stack.data(document)).toEqual({
      target: { grants: [{ subject: { id: 'gone', displayName: null, ...nothing } }] },
    });
  });
});

describe('groups', () => {
  test.each([
    ['none', 'null', ['empty', 'eng', 'ops']],
    ['text in the id', '{ text: "EMP" }', ['empty']],
    ['text in the description', '{ text: "operat" }', ['ops']],
    ['a role', '{ roleId: "METADATA_API" }', ['eng']],
    ['a member, in any case', '{ memberId: "BOB@example.com" }', ['eng', 'ops']],
    ['a member who does not exist', '{ memberId: "nobody@example.com" }', []],
    ['several conditions at once', '{ memberId: "bob@example.com", roleId: "release-manager" }', ['ops']],
  ])('can be filtered by %s', async (_, filter, ids) => {
    const document = `{ groups(filter: ${filter}) { totalCount nodes { id } } }`;
    expect(await stack.data(document)).toEqual({
      groups: { totalCount: ids.length, nodes: ids.map((id) => ({ id })) },
    });
  });

  test('are linked to from their members and to what they create', async () => {
    const document = `{ groups(filter: {text: "ops"}) { nodes { members { nodes { createdApplications { id } } } } } }`;
    expect(await stack.data(document)).toEqual({
      groups: { nodes: [{ members: { nodes: [{ createdApplications: [{ id: world.shipping }] }] } }] },
    });
  });
});
