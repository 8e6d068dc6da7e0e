import { fileURLToPath } from 'node:url';
import * as published from '@rolegraph/client';
import { documentId } from '@rolegraph/client/document-id';
import { type DocumentNode, getOperationAST, Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as apollo from '../../client/examples/apollo-client.ts';
import * as urql from '../../client/examples/urql.ts';
import clientPackage from '../../client/package.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import { readOperationList } from '../../src/gateway/operation/admission/persisted-operations/operation-list.ts';
import { listAt, readAnswer, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';

const listFile = fileURLToPath(
  new URL('../../client/src/generated/persisted-documents.json', import.meta.url),
);
const CHANGES = {
  file: ':memory:',
  history: { rows: 1000, ageMs: 3_600_000 },
  backlog: 100,
  watch: null,
  redisUrl: null,
};
const ORDERS = { type: 'WORKFLOW_DEF', id: 'orders' } as const;

const documents = Object.entries(published).filter((entry): entry is [string, DocumentNode] =>
  entry[0].endsWith('Document'),
);

/** Takes texts as well as ids. */
let open: Stack;
/** Takes the ids of the published operations, and nothing else, over the same API. */
let closed: GatewayUnderTest;
let world: World;
beforeAll(async () => {
  const list = readOperationList(listFile);
  open = await startStack({
    changes: CHANGES,
    gateway: { persistedOperations: { mode: 'off', list, apqBytes: 0 } },
  });
  world = await buildWorld(open);
  closed = await GatewayUnderTest.start(open.apiUrl, {
    workflowUrl: open.apiUrl,
    changes: CHANGES,
    persistedOperations: { mode: 'id-only', list, apqBytes: 0 },
  });
});
afterAll(async () => {
  await closed.stop();
  await open.stop();
});

interface Sending {
  readonly to?: { readonly url: string };
  readonly token?: string;
}

/** Sends an operation as a program does that needs no library: by its id. */
function send(
  document: DocumentNode,
  variables: object,
  { to = closed, token = open.admin }: Sending = {},
  accept = 'application/json',
) {
  return fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ documentId: documentId(document), variables }),
  });
}

async function dataOf(document: DocumentNode, variables: object, sending?: Sending): Promise<unknown> {
  const response = await send(document, variables, sending);
  const { status, data, errors } = readAnswer(response.status, await response.json());
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return data;
}

describe('the published operations', () => {
  test('are all in the list for the gateway, and nothing else is', () => {
    const list = readOperationList(listFile);
    expect(documents.length).toBeGreaterThan(10);
    for (const [, document] of documents) {
      const listed = parse(list.get(documentId(document)) ?? '{ none }');
      expect(nameOf(listed)).toBe(nameOf(document));
    }
    const ids = [...list.keys()].filter((id) => id.startsWith('sha256:'));
    expect(ids.sort()).toEqual(documents.map(([, document]) => documentId(document)).sort());
  });

  test('ask for the type of everything below their root, so that clients can keep what they read', () => {
    for (const [, document] of documents) {
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
        expect(definition.selectionSet.selections[0]).toMatchObject({ name: { value: '__typename' } });
      }
    }
  });

  test('have the version of the gateway that they were made for', () => {
    expect(clientPackage.version).toBe(packageJson.version);
  });

  test.each<[name: string, document: DocumentNode, variables: () => object]>([
    ['Viewer', published.ViewerDocument, () => ({})],
    ['UsersPage', published.UsersPageDocument, () => ({ filter: { text: 'a' }, first: 2 })],
    ['UserWithAccess', published.UserWithAccessDocument, () => ({ id: 'bob@example.com' })],
    ['GroupWithMembers', published.GroupWithMembersDocument, () => ({ id: 'eng' })],
    ['ApplicationWithRoles', published.ApplicationWithRolesDocument, () => ({ id: world.billing })],
    ['WhoCan', published.WhoCanDocument, () => ({ target: ORDERS, access: 'READ' })],
    [
      'ExplainAccess',
      published.ExplainAccessDocument,
      () => ({ user: 'cy@example.com', target: ORDERS, access: 'READ' }),
    ],
    ['AccessRequestsToDecide', published.AccessRequestsToDecideDocument, () => ({})],
    [
      'RevokeAccess',
      published.RevokeAccessDocument,
      () => ({ input: { subject: { group: 'ops' }, target: ORDERS, access: ['READ'] } }),
    ],
    [
      'GrantAccess',
      published.GrantAccessDocument,
      () => ({ input: { subject: { group: 'ops' }, target: ORDERS, access: ['READ'] } }),
    ],
  ])('answer by their ids: %s', async (_, document, variables) => {
    const data = await dataOf(document, variables());
    for (const value of Object.values(Object(data))) expect(value).not.toBeNull();
  });

  test('ask for a role, and decide on it', async () => {
    const workflow = { name: 'Release managers', targetRoles: [{ name: 'release-manager' }] };
    const steps = [{ name: 'Lead', match: 'ANY', approverRoles: [{ name: 'ADMIN' }] }];
    await open.data(
      'mutation ($input: RoleWorkflowInput!) { createRoleWorkflow(input: $input) { roleWorkflow { id } } }',
      { variables: { input: { ...workflow, steps } } },
    );
    const input = { role: { name: 'release-manager' }, justification: 'on call' };
    const asked = await dataOf(published.CreateAccessRequestDocument, { input }, { token: world.token.dee });
    const id = textAt(asked, 'createAccessRequest', 'accessRequest', 'id');
    const waiting = await dataOf(published.AccessRequestsToDecideDocument, {}, { token: world.token.ada });
    expect(listAt(waiting, 'accessRequests', 'nodes')).toMatchObject([{ id, status: 'WAITING' }]);
    const decision = { id, input: { step: 0, decision: 'APPROVED' } };
    expect(
      await dataOf(published.DecideAccessRequestDocument, decision, { token: world.token.ada }),
    ).toMatchObject({
      decideAccessRequest: { accessRequest: { id, status: 'APPROVED' }, userErrors: [] },
    });
    await expect(first(published.AccessRequestLiveDocument, { id })).resolves.toMatchObject({
      accessRequestUpdated: { id, status: 'APPROVED' },
    });
  });

  test.each<[name: string, document: DocumentNode, variables: object, shows: object]>([
    ['UserLive', published.UserLiveDocument, { id: 'bob@example.com' }, { userUpdated: { name: 'Bob' } }],
    [
      'GroupLive',
      published.GroupLiveDocument,
      { id: 'eng' },
      { groupUpdated: { members: { totalCount: 3 } } },
    ],
    [
      'TargetLive',
      published.TargetLiveDocument,
      { target: ORDERS },
      { grantsUpdated: { rawType: 'WORKFLOW_DEF' } },
    ],
    [
      'AccessRequestsToDecideLive',
      published.AccessRequestsToDecideLiveDocument,
      {},
      { accessRequestsToDecide: [] },
    ],
  ])('show what there is, live: %s', async (_, document, variables, shows) => {
    await expect(first(document, variables)).resolves.toMatchObject(shows);
  });

  test('are told from documents of one’s own', () => {
    expect(() => documentId(parse('{ viewer { id } }'))).toThrow('none of those that are published');
  });
});

describe.each([
  ['Apollo Client', apollo],
  ['urql', urql],
])('the example for %s', (_, example: typeof apollo | typeof urql) => {
  test.each([
    ['texts', () => open, 'createRolegraphClient' as const],
    ['ids where nothing else is taken', () => closed, 'createListedClient' as const],
  ])('reads pages, writes, and follows what changes by %s', async (__, gateway, create) => {
    const to = gateway();
    // biome-ignore lint/suspicious/noExplicitAny: the two examples have the same functions, each for its own client.
    const { findUsers, letRead, followWorkflow, ...made }: any = example;
    const client = made[create](`${to.url}/graphql`, open.admin);
    const found = [];
    for await (const { id } of findUsers(client, 'example.com')) found.push(id);
    expect(found).toEqual(['ada@example.com', 'bob@example.com', 'cy@example.com', 'dee@example.com']);

    const workflow = `${example === apollo ? 'apollo' : 'urql'}-${create}`;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const stop = followWorkflow(client, workflow, resolve, await cursorNow(to));
    await letRead(client, 'cy@example.com', workflow);
    await expect(promise).resolves.toMatchObject({
      kind: 'GRANT',
      action: 'CREATED',
      subject: { id: 'cy@example.com' },
      target: { rawType: 'WORKFLOW_DEF', rawId: workflow },
    });
    stop();
  });

  test('gets nothing by a text where ids are asked for', async () => {
    const client = example.createRolegraphClient(closed.endpoint, open.admin);
    // biome-ignore lint/suspicious/noExplicitAny: the client of either example.
    const found = (example.findUsers as any)(client, 'example.com').next();
    await expect(found).rejects.toThrow('Operations are taken by the ids');
  });
});

/** Opens a subscription by its id, and gives the data of its first event, once something was done. */
async function first(
  document: DocumentNode,
  variables: object,
  sending?: Sending,
  meanwhile?: () => Promise<unknown>,
): Promise<unknown> {
  const response = await send(document, variables, sending, 'text/event-stream');
  await meanwhile?.();
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const [, event] = /^data: (\{.*\})\n/m.exec(text) ?? [];
    if (event) return readAnswer(response.status, JSON.parse(event)).data;
  }
  throw new Error(`The stream ended: ${response.status} ${text}`);
}

/** Makes a change, and gives its cursor: what comes after is missed by no follower, however late it comes. */
async function cursorNow(to: { readonly url: string }): Promise<string> {
  const input = {
    subject: { group: 'ops' },
    target: { type: 'WORKFLOW_DEF', id: 'before' },
    access: ['READ'],
  };
  const change = await first(published.AccessChangesDocument, {}, { to }, async () => {
    await dataOf(published.RevokeAccessDocument, { input }, { to });
    await dataOf(published.GrantAccessDocument, { input }, { to });
  });
  return textAt(change, 'accessChanges', 'cursor');
}

function nameOf(document: DocumentNode): string | undefined {
  return getOperationAST(document)?.name?.value;
}
