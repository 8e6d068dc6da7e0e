import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

const CONFIGURED = 'https://app.example.com';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  server.on('GET /api/users/ann', json({ id: 'ann' }));
  gateway = await GatewayUnderTest.start(server.url, { corsOrigins: [CONFIGURED], introspection: false });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

function preflight(origin: string): Promise<Response> {
  return fetch(gateway.endpoint, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  });
}

describe('a page on another origin', () => {
  test.each(['https://studio.apollographql.com', CONFIGURED])('may ask from %s', async (origin) => {
    const asked = await preflight(origin);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,authorization');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    expect(asked.headers.get('vary')).toContain('Origin');

    const got = await gateway.send('{ user(id: "ann") { id } }', {}, { origin });
    expect(got.data).toEqual({ user: { id: 'ann' } });
    expect(got.headers.get('access-control-allow-origin')).toBe(origin);
    expect(got.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
  });

  test.each([
    'https://evil.example.com',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'https://xstudio.apollographql.com',
    'null',
  ])('may not from %s', async (origin) => {
    const asked = await preflight(origin);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    const got = await gateway.send('{ user(id: "ann") { id } }', {}, { origin });
    expect(got.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('may read a refusal, too', async () => {
    const got = await gateway.post('{', { 'content-type': 'application/json', origin: CONFIGURED });
    expect(got.status).toBe(400);
    expect(got.headers.get('access-control-allow-origin')).toBe(CONFIGURED);
  });
});

describe('introspection', () => {
  const INTROSPECTION = '{ __schema { queryType { name } } }';

  test('is refused where it is switched off, and the rest works', async () => {
    const got = await gateway.send(INTROSPECTION);
    expect(got.status).toBe(400);
    expect(got.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(got.errors[0]?.message).toMatch(/introspection is not allowed/i);
    const typename = await gateway.send('{ __typename user(id: "ann") { __typename } }');
    expect(typename.data).toEqual({ __typename: 'Query', user: { __typename: 'User' } });
  });

  test('is answered where it is on', async () => {
    const open = await GatewayUnderTest.start(server.url, { introspection: true });
    try {
      const got = await open.send(INTROSPECTION);
      expect(got.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    } finally {
      await open.stop();
    }
  });
});
