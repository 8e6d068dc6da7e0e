// GraphQL Yoga on Node's own server, with graphql-jit. `node … UPSTREAM_URL`
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createSchema, createYoga } from 'graphql-yoga';
import { type Context, createContext, resolvers, typeDefs } from './schema.ts';

const yoga = createYoga({
  schema: createSchema<Context>({ typeDefs, resolvers }),
  context: ({ request }) => createContext(request.headers.get('authorization')),
  plugins: [useGraphQlJit()],
  logging: 'error',
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
