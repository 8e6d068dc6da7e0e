// mercurius on Fastify, with graphql-jit from the first request on. `node … UPSTREAM_URL`
import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { createContext, resolvers, typeDefs } from './schema.ts';

const app = fastify();
await app.register(mercurius.default, {
  schema: makeExecutableSchema({ typeDefs, resolvers }),
  jit: 1,
  context: ({ headers }) => createContext(headers.authorization),
});
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
