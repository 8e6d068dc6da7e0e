import type { RestClient } from '../../upstream/client/client.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { findConfig, type GatewayAuthConfigRecord, listConfigs } from './rest.ts';

/** Makes the loader of the API gateway's authentication configurations, for one operation. */
export function createGatewayAuthLoader(client: RestClient): RecordLoader<GatewayAuthConfigRecord> {
  return createRecordLoader(client, {
    kind: 'gateway-auth-configs',
    one: (id) => findConfig(client, id),
    all: () => listConfigs(client),
  });
}
