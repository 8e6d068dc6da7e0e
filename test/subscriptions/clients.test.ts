import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { cacheExchange, fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { type Front, startFront } from './front.ts';

const SAID = 'subscription Said { said { text } }';

let api: EmbeddedApi;
let admin: string;
let front: Front;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
  front = await startFront(api.url);
});
afterEach(() => front.followers(0));
afterAll(async () => {
  await front.stop();
  await api.stop();
});

function wsClient() {
  return createWsClient({
    url: front.socketEndpoint,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${admin}` },
    retryAttempts: 0,
  });
}

interface Observer {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** Subscribes with a client, says two things, and gives what the client got before it left. */
async function twoSayings(subscribe: (observer: Observer) => () => void): Promise<unknown[]> {
  const got: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = subscribe({
    next(value) {
      got.push(value);
      if (got.length === 1) front.sayings.say('two');
      else resolve();
    },
    error: reject,
    complete: () => reject(new Error('it ended')),
  });
  await front.followers(1);
  front.sayings.say('one');
  await promise;
  leave();
  return got;
}

const sayings = [{ data: { said: { text: 'one' } } }, { data: { said: { text: 'two' } } }];

describe('a subscription and a query by', () => {
  test('graphql-ws', async () => {
    const client = wsClient();
    expect(await twoSayings((observer) => client.subscribe({ query: SAID }, observer))).toEqual(sayings);
    for await (const result of client.iterate({ query: '{ greeting }' })) {
      expect(result).toEqual({ data: { greeting: 'hello' } });
    }
    await client.dispose();
  });

  test('graphql-sse', async () => {
    const client = createSseClient({
      url: front.endpoint,
      headers: { authorization: `Bearer ${admin}` },
      retryAttempts: 0,
    });
    expect(await twoSayings((observer) => client.subscribe({ query: SAID }, observer))).toEqual(sayings);
    for await (const result of client.iterate({ query: '{ greeting }' })) {
      expect(result).toEqual({ data: { greeting: 'hello' } });
    }
    client.dispose();
  });

  test.each(['WebSocket', 'multipart'])('Apollo Client, over %s', async (way) => {
    const socket = wsClient();
    const link =
      way === 'WebSocket'
        ? new GraphQLWsLink(socket)
        : new HttpLink({ uri: front.endpoint, headers: { authorization: `Bearer ${admin}` } });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const got = await twoSayings((observer) => {
      const subscription = client.subscribe({ query: gql(SAID) }).subscribe(observer);
      return () => subscription.unsubscribe();
    });
    expect(got).toMatchObject(sayings);
    expect(await client.query({ query: gql`{ greeting }` })).toMatchObject({ data: { greeting: 'hello' } });
    client.stop();
    await socket.dispose();
  });

  test.each(['WebSocket', 'server-sent events'])('urql, over %s', async (way) => {
    const socket = wsClient();
    const subscriptions = subscriptionExchange({
      forwardSubscription: ({ query = '', variables = {} }) => ({
        // urql wants data where graphql-ws may leave it out.
        subscribe: ({ next, ...sink }) => ({
          unsubscribe: socket.subscribe(
            { query, variables },
            { ...sink, next: ({ data = null, errors }) => next({ data, ...(errors && { errors }) }) },
          ),
        }),
      }),
    });
    const client = new UrqlClient({
      url: front.endpoint,
      preferGetMethod: false,
      fetchOptions: { headers: { authorization: `Bearer ${admin}` } },
      exchanges:
        way === 'WebSocket' ? [cacheExchange, subscriptions, fetchExchange] : [cacheExchange, fetchExchange],
      fetchSubscriptions: way !== 'WebSocket',
    });
    const got = await twoSayings((observer) => {
      const { unsubscribe } = client.subscription(SAID, {}).subscribe(({ data, error }) => {
        if (error) observer.error(error);
        else observer.next({ data });
      });
      return unsubscribe;
    });
    expect(got).toMatchObject(sayings);
    const { data, error } = await client.query('{ greeting }', {});
    expect([data, error]).toMatchObject([{ greeting: 'hello' }, undefined]);
    await socket.dispose();
  });

  test('curl -N', async () => {
    const ask = (query: string, ...more: string[]) =>
      spawn('curl', [
        ...['-sN', front.endpoint, '-H', 'Accept: text/event-stream', '-H', `X-Authorization: ${admin}`],
        ...['-H', 'Content-Type: application/json', '-d', JSON.stringify({ query }), ...more],
      ]);
    const curl = ask(SAID);
    let text = '';
    curl.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('one') && !text.includes('two')) front.sayings.say('two');
      if (text.includes('two')) curl.kill();
    });
    await front.followers(1);
    front.sayings.say('one');
    await once(curl, 'close');
    expect(text).toBe(
      ':\n\n' +
        'event: next\ndata: {"data":{"said":{"text":"one"}}}\n\n' +
        'event: next\ndata: {"data":{"said":{"text":"two"}}}\n\n',
    );
    let answer = '';
    const query = ask('{ greeting }');
    query.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    await once(query, 'close');
    expect(answer).toBe(
      ':\n\nevent: next\ndata: {"data":{"greeting":"hello"}}\n\nevent: complete\ndata:\n\n',
    );
  });
});

test('Apollo Client is told why a multipart stream ended, and where to go on', async () => {
  const stopped = await startFront(api.url);
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: stopped.endpoint, headers: { authorization: `Bearer ${admin}` } }),
  });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  client
    .subscribe({ query: gql(SAID) })
    .subscribe({ next: ({ error }) => error && resolve(error), error: resolve });
  await stopped.followers(1);
  await stopped.stop();
  expect(await promise).toMatchObject({
    name: 'CombinedProtocolErrors',
    errors: [{ extensions: { code: 'SERVER_SHUTDOWN', cursor: '0' } }],
  });
  client.stop();
});
