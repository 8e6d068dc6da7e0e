// Apollo Server as its documentation begins: the standalone server. `node … UPSTREAM_URL`
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { type Context, createContext, resolvers, typeDefs } from './schema.ts';

const { url } = await startStandaloneServer(new ApolloServer<Context>({ typeDefs, resolvers }), {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => createContext(req.headers.authorization),
});
process.stdout.write(`${url.replace('localhost', '127.0.0.1')}\n`);
