import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedApi } from '../../transport/embedded-api.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
/** One whose callers have few points. */
let sparing: GatewayUnderTest;
let admin: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  const limits = { operationCost: 100 };
  gateway = await GatewayUnderTest.start(api.url, { limits });
  sparing = await GatewayUnderTest.start(api.url, { limits, rateLimit: { points: 400, windowMs: 60_000 } });
  admin = await api.adminToken();
});
afterEach(() => {
  api.log.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await sparing.stop();
  await api.stop();
});

/** Nothing is upstream but the caller, whom a socket asks about. */
const expectNothingAsked = () =>
  expect(api.log.filter((call) => !/userInfo|GET .*\/roles/.test(call))).toEqual([]);

interface Refusal {
  readonly code: unknown;
  readonly message: string;
}

const BY: Readonly<Record<string, (query: string, to: GatewayUnderTest) => Promise<Refusal | undefined>>> = {
  async HTTP(query, to) {
    const { errors } = await to.send(query, {}, { 'x-authorization': admin });
    return errors[0] && { code: errors[0].extensions['code'], message: errors[0].message };
  },
  async SSE(query, to) {
    const { errors, headers } = await to.send(
      query,
      {},
      { 'x-authorization': admin, accept: 'text/event-stream' },
    );
    if (!errors[0]) throw new Error(`no refusal, but ${headers.get('content-type')}`);
    return { code: errors[0].extensions['code'], message: errors[0].message };
  },
  async WebSocket(query, to) {
    const client = createClient({
      url: to.endpoint.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { 'x-authorization': admin },
      retryAttempts: 0,
    });
    try {
      return await new Promise<Refusal | undefined>((resolve) => {
        client.subscribe(
          { query },
          {
            next: ({ errors }) =>
              resolve(errors?.[0] && { code: errors[0].extensions?.['code'], message: errors[0].message }),
            error: (error) => {
              const [first] = Array.isArray(error) ? error : [];
              resolve(
                first
                  ? { code: first.extensions?.code, message: first.message }
                  : { code: 'closed', message: String(error) },
              );
            },
            complete: () => resolve(undefined),
          },
        );
      });
    } finally {
      await client.dispose();
    }
  },
};

describe('whichever way an operation comes, it is refused with the same words', () => {
  test.each<[what: string, query: string, code: string]>([
    [
      'for its aliases',
      `{ ${Array.from({ length: 101 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
      'REQUEST_LIMIT_EXCEEDED',
    ],
    [
      'for its depth',
      `{ user(id: "a") ${'{ groups { members { nodes '.repeat(8)} { id } ${'} } }'.repeat(8)} }`,
      'REQUEST_LIMIT_EXCEEDED',
    ],
    ['for its tokens', `{ ${'__typename '.repeat(10_000)} }`, 'REQUEST_LIMIT_EXCEEDED'],
    ['for its cost', '{ users(first: 1000) { nodes { id } } }', 'COST_LIMIT_EXCEEDED'],
    [
      'as a subscription',
      `subscription { ${Array.from({ length: 101 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
      'REQUEST_LIMIT_EXCEEDED',
    ],
  ])('%s', async (_, query, code) => {
    const refusals: (Refusal | undefined)[] = [];
    for (const ask of Object.values(BY)) refusals.push(await ask(query, gateway));
    expect(refusals[0]?.code).toBe(code);
    expect(refusals).toEqual(refusals.map(() => refusals[0]));
    expectNothingAsked();
  });

  test('for the points of its caller, which are the same for all ways', async () => {
    const query = '{ groups(first: 69) { nodes { id } } }'; // 80 points
    for (let n = 0; n < 4; n++) expect(await BY['HTTP']?.(query, sparing)).toBeUndefined();
    api.log.length = 0;
    for (const ask of Object.values(BY)) expect((await ask(query, sparing))?.code).toBe('RATE_LIMITED');
    expectNothingAsked();
  });
});
