// Apollo Server on Fastify with graphql-ws beside it, as Apollo's documentation has it. `node … UPSTREAM_URL`
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type StreamContext, streamResolvers, streamTypeDefs } from './stream-schema.ts';

const events = new PubSub();
const schema = makeExecutableSchema({
  typeDefs: streamTypeDefs,
  resolvers: streamResolvers(process.argv[2] ?? '', {
    publish: (user) => void events.publish(user.id, user),
    subscribe: (id) => events.asyncIterableIterator(id),
  }),
});
const apollo = new ApolloServer<StreamContext>({ schema });
await apollo.start();
const app = fastify();
app.post(
  '/graphql',
  fastifyApolloHandler(apollo, {
    context: async (request) => ({ token: String(request.headers['x-authorization'] ?? '') }),
  }),
);
await app.listen({ port: 0, host: '127.0.0.1' });
useServer({ schema }, new WebSocketServer({ server: app.server, path: '/graphql' }));
process.stdout.write(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}\n`);
