import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNodeId } from '../../src/gateway/graph/kit/node-id.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';

let stack: Stack;
let token: string;
/** An application and its key of somebody else, and ids that nothing has. */
const theirs = { app: '', key: '' };
const nothing = { app: randomUUID(), key: randomUUID() };

beforeAll(async () => {
  stack = await startStack();
  await stack.call('PUT', '/api/users/cy@example.com', { name: 'Cy', roles: ['USER'] });
  token = await stack.as('cy@example.com');
  theirs.app = textAt(await stack.call('POST', '/api/applications', { name: 'theirs' }), 'id');
  theirs.key = textAt(await stack.call('POST', `/api/applications/${theirs.app}/accessKeys`), 'id');
});
afterAll(() => stack.stop());

/** Asks the same of both, and gives the answers and the calls with the ids taken out of them. */
async function askBoth(document: (ids: typeof theirs) => string) {
  const told = [];
  for (const ids of [theirs, nothing]) {
    stack.rest.clear();
    const { data, errors = [] } = await stack.query(document(ids), { token });
    const codes = errors.map(({ path, message, extensions }) => [path, message, extensions?.['code']]);
    const text = JSON.stringify([data, codes, stack.rest.sorted]);
    told.push(text.replaceAll(ids.app, 'APP').replaceAll(ids.key, 'KEY'));
  }
  return told;
}

describe('what is not there and what is not yours have one answer, and take the same calls:', () => {
  const FIELDS = 'id name tags { key } accessKeys { id } roles { id } createdBy { id }';

  test.each<[string, (ids: typeof theirs) => string]>([
    ['by its id', ({ app }) => `{ application(by: {id: "${app}"}) { ${FIELDS} } }`],
    ['by a key of it', ({ key }) => `{ application(by: {accessKeyId: "${key}"}) { ${FIELDS} } }`],
    ['by its id alone', ({ app }) => `{ application(by: {id: "${app}"}) { id } }`],
    ['by a key alone', ({ key }) => `{ application(by: {accessKeyId: "${key}"}) { id } }`],
    ['as a node', ({ app }) => `{ node(nodeId: "${encodeNodeId('Application', app)}") { nodeId } }`],
  ])('an application is null without an error, %s', async (_, document) => {
    const [foreign, missing] = await askBoth(document);
    expect(foreign).toBe(missing);
    expect(JSON.parse(foreign ?? '').slice(0, 2)).toEqual([
      { [document(theirs).slice(2).split('(')[0] ?? '']: null },
      [],
    ]);
  });

  const ok = 'userErrors { code field }';
  test.each<[string, (ids: typeof theirs) => string]>([
    ['updateApplication', ({ app }) => `updateApplication(id: "${app}", input: {name: "x"}) { ${ok} }`],
    ['deleteApplication', ({ app }) => `deleteApplication(id: "${app}") { ${ok} }`],
    [
      'setApplicationTags',
      ({ app }) => `setApplicationTags(applicationId: "${app}", tags: [{key: "k", value: "v"}]) { ${ok} }`,
    ],
    [
      'deleteApplicationTags',
      ({ app }) => `deleteApplicationTags(applicationId: "${app}", tags: [{key: "k", value: "v"}]) { ${ok} }`,
    ],
    [
      'addApplicationRole',
      ({ app }) => `addApplicationRole(applicationId: "${app}", roleId: "WORKER") { ${ok} }`,
    ],
    [
      'removeApplicationRole',
      ({ app }) => `removeApplicationRole(applicationId: "${app}", roleId: "WORKER") { ${ok} }`,
    ],
    ['createAccessKey', ({ app }) => `createAccessKey(applicationId: "${app}") { ${ok} }`],
    [
      'rotateAccessKey',
      ({ app, key }) => `rotateAccessKey(applicationId: "${app}", keyId: "${key}") { ${ok} }`,
    ],
    [
      'setAccessKeyStatus',
      ({ app, key }) =>
        `setAccessKeyStatus(applicationId: "${app}", keyId: "${key}", status: INACTIVE) { ${ok} }`,
    ],
    [
      'deleteAccessKey',
      ({ app, key }) => `deleteAccessKey(applicationId: "${app}", keyId: "${key}") { ${ok} }`,
    ],
  ])('%s', async (_, mutation) => {
    const [foreign, missing] = await askBoth((ids) => `mutation { ${mutation(ids)} }`);
    expect(foreign).toBe(missing);
    expect(foreign).toContain('NOT_FOUND');
  });
});

test('an upstream that says 403 for what is not yours is believed: null without an error means that it says there is none', async () => {
  const server = await MisbehavingServer.start();
  server
    .on('GET /api/applications/theirs', json({ message: 'No READ on theirs' }, 403))
    .on('GET /api/applications/key/k1', json('theirs'));
  const gateway = await GatewayUnderTest.start(server.url);
  try {
    for (const by of ['{id: "theirs"}', '{accessKeyId: "k1"}']) {
      const { data, errors } = await gateway.send(`{ application(by: ${by}) { id } }`);
      expect(data).toEqual({ application: null });
      expect(errors).toMatchObject([{ path: ['application'], extensions: { code: 'FORBIDDEN' } }]);
    }
    const { data, errors } = await gateway.send('{ application(by: {id: "none"}) { id } }');
    expect([data, errors]).toEqual([{ application: null }, []]);
  } finally {
    await gateway.stop();
    await server.stop();
  }
});
