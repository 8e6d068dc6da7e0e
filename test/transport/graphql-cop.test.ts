import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Answer, GatewayUnderTest, readAnswer } from './gateway-under-test.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  // As in production.
  gateway = await GatewayUnderTest.start(server.url, { introspection: false, landingPage: false });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);
const repeat = (text: string, count: number) => Array.from({ length: count }, () => text).join(' ');
const get = async (path: string, init: RequestInit = {}) => readAnswer(await fetch(gateway.url + path, init));

/** The twelve checks of the scanner graphql-cop, with the documents that it sends. */
describe('graphql-cop finds', () => {
  test('no alias overloading: more than 100 aliases', async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}: __typename`).join(' ');
    expect(codes(await gateway.send(`query cop { ${aliases} }`))).toEqual(['REQUEST_LIMIT_EXCEEDED']);
  });

  test('no batches: an array of ten queries', async () => {
    const one = { query: 'query cop { __typename }' };
    const answer = await gateway.post(JSON.stringify(Array.from({ length: 10 }, () => one)), {
      'content-type': 'application/json',
    });
    expect([answer.status, codes(answer)]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('no circular introspection', async () => {
    const query =
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';
    expect((await gateway.send(query)).status).toBe(400);
    const open = await GatewayUnderTest.start(server.url);
    try {
      expect((await open.send(query)).status).toBe(400);
    } finally {
      await open.stop();
    }
  });

  test('no directive overloading: more than ten directives, unknown ones at that', async () => {
    const few = await gateway.send(`query cop { __typename ${repeat('@aa', 10)} }`);
    expect([few.status, few.text.length < 20_000]).toEqual([400, true]);
    const many = await gateway.send(`query cop { __typename ${repeat('@aa', 101)} }`);
    expect(codes(many)).toEqual(['REQUEST_LIMIT_EXCEEDED']);
  });

  test('no field duplication that costs anything: 500 times the same field are one', async () => {
    const answer = await gateway.send(`query cop { ${repeat('__typename', 500)} }`);
    expect(codes(answer)).toEqual(['REQUEST_LIMIT_EXCEEDED']);
  });

  test('no field suggestions', async () => {
    for (const query of [
      'query cop { __schema { directive } }',
      '{ viewr { id } }',
      '{ roles(kid: SYSTEM) { totalCount } }',
    ]) {
      const answer = await gateway.send(query);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/did you mean|viewer|kind|directives/i);
    }
    const typed = await gateway.send('query ($k: RoleKind) { roles(kind: $k) { totalCount } }', {
      k: 'SYSTEMS',
    });
    expect(typed.status).toBe(400);
    expect(typed.text).not.toMatch(/did you mean|"SYSTEM"/i);
  });

  test('no queries over GET that a page can send', async () => {
    const answer = await get('/graphql?query=query%20cop%7B__typename%7D');
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('CSRF')]);
  });

  test('no mutations over GET', async () => {
    const answer = await get('/graphql?query=mutation%20cop%7B__typename%7D', {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(answer.status).toBe(405);
  });

  test('no GraphiQL or playground', async () => {
    for (const path of ['/', '/graphql', '/graphiql', '/playground', '/v1/graphql', '/console']) {
      const answer = await get(path, { headers: { accept: 'text/html' } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('content-type')).not.toMatch(/html/);
      expect(answer.text).not.toMatch(/graphiql\.min|graphql-playground|sandbox\.embed/i);
    }
  });

  test('no introspection', async () => {
    const answer = await gateway.send('query cop { __schema { types { name fields { name } } } }');
    expect([answer.status, codes(answer)]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
    expect(answer.text).not.toContain('User');
  });

  test('no queries as a form', async () => {
    const answer = await get('/graphql', {
      method: 'POST',
      body: new URLSearchParams({ query: 'query cop { __typename }' }),
    });
    expect(answer.status).toBe(415);
  });

  test('no tracing, and no stack in an error', async () => {
    const answer = await gateway.send('query cop { __typename }', {}, { 'x-apollo-tracing': '1' });
    expect(JSON.parse(answer.text)).toEqual({ data: { __typename: 'Query' } });
    const failed = await gateway.send('qwerty cop { abc }');
    expect(failed.status).toBe(400);
    expect(failed.text).not.toMatch(/stacktrace|exception|node_modules|\.[jt]s:/);
  });
});
