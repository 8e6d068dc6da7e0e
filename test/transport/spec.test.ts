import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

/**
 * What the audits of GraphQL over HTTP remark upon, by the audit's permanent id: the price of CSRF prevention, since they
 * send no header that asks for a preflight.
 */
const NOTICES = [
  '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe('GraphQL over HTTP', () => {
  test('is spoken without an error and without a warning', async () => {
    const found: Record<string, string[]> = { notice: [], warn: [], error: [] };
    let ok = 0;
    for (const audit of serverAudits({ url: gateway.endpoint })) {
      const { status, id, name } = await audit.fn();
      if (status === 'ok') ok += 1;
      else found[status]?.push(`${id} ${name}`);
    }
    expect(found).toEqual({ error: [], warn: [], notice: NOTICES });
    expect(ok).toBeGreaterThan(50);
  });
});
