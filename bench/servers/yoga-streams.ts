// GraphQL Yoga with its own server-sent events, and graphql-ws beside it. `node … UPSTREAM_URL`
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { type StreamContext, streamResolvers, streamTypeDefs } from './stream-schema.ts';

const events = createPubSub<{ user: [id: string, user: { id: string; name: string }] }>();
const schema = createSchema<StreamContext>({
  typeDefs: streamTypeDefs,
  resolvers: streamResolvers(process.argv[2] ?? '', {
    publish: (user) => events.publish('user', user.id, user),
    subscribe: (id) => events.subscribe('user', id),
  }),
});
const yoga = createYoga({
  schema,
  context: ({ request }) => ({ token: request.headers.get('x-authorization') }),
  logging: 'error',
});
const server = createServer(yoga);
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
