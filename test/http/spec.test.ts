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
 * What the audits of GraphQL over HTTP say besides "ok", by the audit's permanent id; as with a plain Apollo Server.
 * The notices are the price of CSRF prevention: the audits send no header that asks for a preflight.
 */
const KNOWN = {
  notice: [
    '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
    'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
    '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
  ],
  warn: [
    '572B SHOULD use 200 status code on document parsing failure when accepting application/json',
    'FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
    '7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
  ],
};

describe('GraphQL over HTTP', () => {
  test('is spoken without an error, and with no other warnings than those listed', async () => {
    const found: Record<string, string[]> = { notice: [], warn: [], error: [] };
    let ok = 0;
    for (const audit of serverAudits({ url: gateway.endpoint })) {
      const { status, id, name } = await audit.fn();
      if (status === 'ok') ok += 1;
      else found[status]?.push(`${id} ${name}`);
    }
    expect(found).toEqual({ error: [], ...KNOWN });
    expect(ok).toBeGreaterThan(50);
  });
});
