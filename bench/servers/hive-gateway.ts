// Hive Gateway over an OpenAPI document, as Mesh composes it; links between records are `@resolveTo`, its documented
// way. The schema takes its names from the document, so it has operations of its own (`hive-documents.ts`).
// `node … UPSTREAM_URL`
import { Console } from 'node:console';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { getComposedSchemaFromConfig } from '@graphql-mesh/compose-cli';
import { DefaultLogger } from '@graphql-mesh/utils';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const link = (field: string, key: string) =>
  `@resolveTo(
    sourceName: "rest", sourceTypeName: "Query", sourceFieldName: "${field}",
    requiredSelectionSet: "{ ${key} }", sourceArgs: { id: "{root.${key}}" }
  )`;

const rest = loadOpenAPISubgraph('rest', {
  source: fileURLToPath(new URL('openapi.json', import.meta.url)),
  endpoint: process.argv[2] ?? '',
  operationHeaders: {
    authorization: '{context.headers.authorization}',
    'x-authorization': '{context.headers.authorization}',
  },
});

const supergraph = await getComposedSchemaFromConfig(
  {
    subgraphs: [{ sourceHandler: rest }],
    additionalTypeDefs: `
      extend type Group { members: [User] ${link('groupMembers', 'id')} }
      extend type User { permissions: Permissions ${link('userPermissions', 'id')} }
      extend type Workflow { authorUser: StoredUser ${link('storedUser', 'author')} }
    `,
  },
  new DefaultLogger(undefined, undefined, undefined, new Console(process.stderr)),
);

const gateway = createGatewayRuntime({ supergraph, logging: 'error', landingPage: false, graphiql: false });
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
