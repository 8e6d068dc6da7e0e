import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { startWaveProxy, type WaveProxy } from '../support/wave-proxy.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack({ gateway: { federation: true } });
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on User { id name }
    ... on Group { id description }
    ... on Role { id kind }
    ... on Application { id name }
    ... on GatewayAuthConfig { id authenticationType }
    ... on RoleWorkflow { id name }
    ... on AccessRequest { id status }
    ... on Target { rawType id: rawId type }
  }
}`;

const represent = (type: string, ids: readonly string[]) => ids.map((id) => ({ __typename: type, id }));
const nodeId = (text: string) => Buffer.from(text).toString('base64url');
const ask = (representations: readonly unknown[], token?: string) =>
  stack.query(ENTITIES, { variables: { representations }, ...(token && { token }) });
const data = (representations: readonly unknown[]) =>
  stack.data(ENTITIES, { variables: { representations } });

describe('_service', () => {
  test('publishes what `rolegraph schema --federation` prints, without the fields that a router asks for', async () => {
    const sdl = textAt(await stack.data('{ _service { sdl } }'), '_service', 'sdl');
    expect(sdl).toContain('type User implements Node & Subject @key(fields: "id") @key(fields: "nodeId")');
    expect(sdl).not.toMatch(/_entities|_service|_Any/);
  });

  test('publishes nothing where the schema is not told', async () => {
    const closed = await startStack({ gateway: { federation: true, introspection: false } });
    try {
      const answer = await closed.query('{ _service { sdl } }');
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.errors).toMatchObject([
        { message: 'Introspection is not allowed here, so _service cannot be asked for.' },
      ]);
      const known = '{ _entities(representations: [{__typename: "Group", id: "none"}]) { __typename } }';
      expect(await closed.data(known)).toEqual({ _entities: [null] });
    } finally {
      await closed.stop();
    }
  });
});

describe('_entities', () => {
  test('finds records of every type by their keys, in the order of the list, and null for what is not there', async () => {
    const found = await data([
      { __typename: 'Target', id: 'WORKFLOW_DEF:orders' },
      { __typename: 'User', id: 'BOB@example.com' },
      { __typename: 'User', nodeId: nodeId('User:ada@example.com') },
      { __typename: 'Group', id: 'nothing' },
      { __typename: 'Group', id: 'eng', description: 'what a router may send along' },
      { __typename: 'Role', id: 'ADMIN' },
      { __typename: 'Application', id: world.billing },
      { __typename: 'GatewayAuthConfig', id: 'shop-gateway' },
      { __typename: 'RoleWorkflow', id: 'nothing' },
      { __typename: 'AccessRequest', id: 'nothing' },
    ]);
    expect(found).toEqual({
      _entities: [
        { __typename: 'Target', rawType: 'WORKFLOW_DEF', id: 'orders', type: 'WORKFLOW_DEF' },
        { __typename: 'User', id: 'bob@example.com', name: 'Bob' },
        { __typename: 'User', id: 'ada@example.com', name: 'Ada' },
        null,
        { __typename: 'Group', id: 'eng', description: 'Engineering' },
        { __typename: 'Role', id: 'ADMIN', kind: 'SYSTEM' },
        { __typename: 'Application', id: world.billing, name: 'billing' },
        { __typename: 'GatewayAuthConfig', id: 'shop-gateway', authenticationType: 'API_KEY' },
        null,
        null,
      ],
    });
  });

  test('asks for few records one by one, and for each once', async () => {
    const few = represent('Group', ['eng', 'ops', 'eng', 'empty', 'eng']);
    expect(await stack.cost(ENTITIES, { variables: { representations: few } })).toEqual([
      'GET /api/groups/empty',
      'GET /api/groups/eng',
      'GET /api/groups/ops',
    ]);
  });

  test('asks for many records of a type with one list, and for those that it lacks one by one', async () => {
    const many = await startStack({ gateway: { federation: true } });
    try {
      const ids = Array.from({ length: 30 }, (_, n) => `g${n}`);
      for (const id of ids) await many.call('PUT', `/api/groups/${id}`, { description: id });
      const representations = represent('Group', [...ids, 'nothing']);
      expect(await many.cost(ENTITIES, { variables: { representations } })).toEqual([
        'GET /api/groups',
        'GET /api/groups/nothing',
      ]);
    } finally {
      await many.stop();
    }
  });

  test('answers the same, at the same cost, when it is asked often enough to be planned', async () => {
    const representations = [
      ...represent('User', ['ada@example.com', 'none']),
      ...represent('Group', ['eng']),
    ];
    const answers = [];
    for (let turn = 0; turn < 4; turn++) {
      answers.push([
        await stack.cost(ENTITIES, { variables: { representations } }),
        await data(representations),
      ]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('refuses what the token may not see at its own path, and answers the rest', async () => {
    const answer = await ask(
      [...represent('User', ['bob@example.com']), ...represent('Role', ['USER'])],
      world.token.cy,
    );
    expect(answer.data).toEqual({ _entities: [null, { __typename: 'Role', id: 'USER', kind: 'SYSTEM' }] });
    expect(codesByPath(answer)).toEqual(['_entities.0: FORBIDDEN']);
  });

  test('asks for no token of its own: without one, everything is refused as elsewhere', async () => {
    const representations = represent('Group', ['eng', 'ops']);
    const answer = await stack.query(ENTITIES, { variables: { representations }, token: null });
    expect(codesByPath(answer)).toEqual(['_entities.0: UNAUTHENTICATED', '_entities.1: UNAUTHENTICATED']);
  });

  test.each([
    ['an id that leads to another endpoint', { __typename: 'Group', id: '..' }],
    ['an empty id', { __typename: 'Group', id: '' }],
    ['a nodeId that was not made here', { __typename: 'User', nodeId: 'bm9wZQ' }],
    ['a nodeId of another type', { __typename: 'User', nodeId: nodeId('Group:eng') }],
  ])('refuses %s at its own path, and asks nobody about it', async (_, hostile) => {
    stack.rest.clear();
    const answer = await ask([hostile, { __typename: 'Group', id: 'ops' }]);
    expect(codesByPath(answer)).toEqual(['_entities.0: BAD_USER_INPUT']);
    expect(answer.data).toMatchObject({ _entities: [null, { id: 'ops' }] });
    expect(stack.rest.log).toEqual(['GET /api/groups/ops']);
  });

  test.each<[what: string, representation: unknown, says: RegExp]>([
    ['is no object', 'User', /__typename of a type that has a @key/],
    ['is null in a list', [null], /__typename of a type that has a @key/],
    ['has no __typename', { id: 'eng' }, /__typename of a type that has a @key/],
    [
      'is of a type without a key',
      { __typename: 'Tag', key: 'team' },
      /__typename of a type that has a @key/,
    ],
    ['is of no type', { __typename: '__proto__', id: 'x' }, /__typename of a type that has a @key/],
    [
      'has no key',
      { __typename: 'User', name: 'Ada' },
      /Expected User to be represented by its id, or its nodeId/,
    ],
    ['has a key that is no text', { __typename: 'User', id: { a: 1 } }, /Expected User to be represented/],
    [
      'has half of a key',
      { __typename: 'Target', id: 'orders' },
      /Expected the id of a Target, such as WORKFLOW_DEF:orders/,
    ],
  ])('refuses the whole list with 400, before it asks anybody, where one %s', async (_, representation, says) => {
    stack.rest.clear();
    const answer = await ask([{ __typename: 'Group', id: 'eng' }, representation]);
    expect(answer.status).toBe(400);
    expect(codesByPath(answer)).toEqual([': BAD_USER_INPUT']);
    expect(answer.errors[0]?.message).toMatch(says);
    expect(answer.errors[0]?.message).toContain('"representations[1]"');
    expect(stack.rest.log).toEqual([]);
  });

  test('refuses a longer list than any other argument may be', async () => {
    stack.rest.clear();
    const answer = await ask(
      represent(
        'User',
        Array.from({ length: 1001 }, (_, n) => `u${n}@example.com`),
      ),
    );
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'REQUEST_LIMIT_EXCEEDED', limit: 'listItems' } },
    ]);
    expect(stack.rest.log).toEqual([]);
  });

  test.each([
    ['a variable', ENTITIES, represent('Group', Array(100).fill('eng')), 100],
    [
      'written down',
      `{ _entities(representations: [${'{__typename: "Group", id: "eng"} '.repeat(100)}]) { __typename } }`,
      undefined,
      100,
    ],
  ])('costs an object for each representation, where the list is %s', async (_, document, representations, objects) => {
    const strict = await startStack({ limits: { operationCost: 50 }, gateway: { federation: true } });
    try {
      const answer = await strict.query(document, { variables: { representations } });
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'COST_LIMIT_EXCEEDED', estimatedCost: 10 + objects } },
      ]);
    } finally {
      await strict.stop();
    }
  });
});

describe('a list of entities takes as many round trips as its data depend on each other', () => {
  test('one, whatever the types, for records and what needs no more of them than their ids', async () => {
    let proxy: WaveProxy | undefined;
    const waves = await startStack({
      gateway: { federation: true },
      between: async (apiUrl) => {
        proxy = await startWaveProxy(apiUrl);
        return proxy.url;
      },
    });
    try {
      await buildWorld(waves);
      proxy?.expect([
        'GET /api/users/ada@example.com',
        'GET /api/users/ada@example.com/permissions',
        'GET /api/users/bob@example.com',
        'GET /api/users/bob@example.com/permissions',
        'GET /api/groups/eng',
        'GET /api/groups/eng/users',
        'GET /api/roles/release-manager',
      ]);
      const document = `query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
          ... on User { name grants { access } }
          ... on Group { description members { nodes { id } } }
          ... on Role { description }
        }
      }`;
      const representations = [
        ...represent('User', ['ada@example.com', 'bob@example.com']),
        ...represent('Group', ['eng']),
        ...represent('Role', ['release-manager']),
      ];
      await waves.data(document, { variables: { representations } });
      expect({ unexpected: proxy?.unexpected, left: proxy?.left }).toEqual({ unexpected: [], left: [] });
    } finally {
      await waves.stop();
      await proxy?.stop();
    }
  });
});

describe('off, as it is by default, federation', () => {
  test('has no place in the schema', async () => {
    const plain = await startStack();
    try {
      for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
        expect(codesByPath(await plain.query(query))).toEqual([': GRAPHQL_VALIDATION_FAILED']);
      }
    } finally {
      await plain.stop();
    }
  });

  test('is not loaded: the server names it nowhere but behind the switch', () => {
    const server = readFileSync(new URL('../../src/gateway/server.ts', import.meta.url), 'utf8');
    expect(server.match(/.*federation\/.*/g)).toEqual([
      expect.stringMatching(/federation \? .*await import\(/),
    ]);
  });
});
