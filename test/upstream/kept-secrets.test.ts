import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findConfig } from '../../src/gateway/graph/gateway-auth/rest.ts';
import { findGroup } from '../../src/gateway/graph/groups/rest.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url);
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const CONFIG = '/api/gateway/config/auth/shop';
const shop = { id: 'shop', applicationId: 'app1', authenticationType: 'API_KEY', audience: null };
const UPDATE = `mutation ($input: GatewayAuthConfigInput!) { updateGatewayAuthConfig(id: "shop", input: $input) {
  gatewayAuthConfig { id apiKeyCount hasConductorToken } userErrors { message } } }`;

/** Updates `shop` on a server that shows its secrets like this, and gives what was sent to it. */
async function update(shown: object, change: object): Promise<Record<string, unknown>> {
  server.on(`GET ${CONFIG}`, json({ ...shop, ...shown })).on(`PUT ${CONFIG}`, json({ ...shop, ...shown }));
  const input = { applicationId: 'app1', authenticationType: 'API_KEY', ...change };
  const answer = await gateway.send(UPDATE, { input });
  expect(answer.errors).toEqual([]);
  expect(answer.data.updateGatewayAuthConfig.userErrors).toEqual([]);
  expect(answer.text + JSON.stringify(gateway.logged)).not.toContain('CANARY');
  return JSON.parse(server.calls.find(({ method }) => method === 'PUT')?.body ?? '{}');
}

describe('secrets of a gateway authentication configuration', () => {
  const secrets = { apiKeys: ['CANARY-1', 'CANARY-2'], conductorToken: 'CANARY-3' };

  test('go back to a server that shows them, which would clear them otherwise', async () => {
    expect(await update(secrets, {})).toMatchObject(secrets);
  });

  test('give way to those that the caller sends', async () => {
    expect(await update(secrets, { apiKeys: ['new'] })).toMatchObject({ ...secrets, apiKeys: ['new'] });
  });

  test.each([
    ['whole', { apiKeys: ['********'], conductorToken: '********' }],
    ['in part', { apiKeys: ['CANARY-1', 'CAN•••'], conductorToken: 'CAN***' }],
    ['as nothing', { apiKeys: [], conductorToken: null }],
    ['not at all', {}],
  ])('do not go to a server that masks them: %s', async (_, shown) => {
    const sent = await update(shown, {});
    expect(sent).toMatchObject({ applicationId: 'app1' });
    expect(Object.keys(sent)).not.toContain('apiKeys');
    expect(Object.keys(sent)).not.toContain('conductorToken');
  });

  test('are not remembered from one operation to the next, as other answers are', async () => {
    const long = 'x'.repeat(300);
    server
      .on(`GET ${CONFIG}`, json({ ...shop, ...secrets, audience: long }))
      .on('GET /api/groups/eng', json({ id: 'eng', description: long }));
    const upstream = upstreamFor(server.url);
    const client = clientOf(upstream);
    await Promise.all([findConfig(client, 'shop'), findGroup(client, 'eng')]);
    expect(upstream.memory.recall('/api/groups/eng')).toBeDefined();
    expect(upstream.memory.recall(CONFIG)).toBeUndefined();
  });
});
