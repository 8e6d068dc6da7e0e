// Apollo Server behind Fastify. `node … UPSTREAM_URL`
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify from 'fastify';
import { type Context, createContext, resolvers, typeDefs } from './schema.ts';

const apollo = new ApolloServer<Context>({ typeDefs, resolvers });
await apollo.start();

const app = fastify();
app.post(
  '/graphql',
  fastifyApolloHandler(apollo, { context: async ({ headers }) => createContext(headers.authorization) }),
);
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
