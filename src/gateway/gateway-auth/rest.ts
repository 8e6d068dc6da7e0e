import type { RestClient } from '../upstream/client.ts';
import { listOf } from '../upstream/list-read.ts';
import { path } from '../upstream/path.ts';
import { list, nothing, object, optionalFlag, optionalText, text } from '../upstream/shape.ts';

/**
 * How the API gateway signs in callers of one application (contract section 13). Secrets are counted where they are
 * read, so that none gets further than this file.
 */
export interface GatewayAuthConfigRecord {
  readonly id: string;
  readonly applicationId: string | null;
  readonly authenticationType: string | null;
  readonly audience: string | null;
  readonly issuerUri: string | null;
  readonly isPassthrough: boolean | null;
  readonly fallsBackToDefaultAuth: boolean | null;
  readonly putsTokenInWorkflowInput: boolean | null;
  readonly apiKeyCount: number;
  readonly hasConductorToken: boolean;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

/** What is written about a configuration: all of it, each time. */
export interface GatewayAuthConfigBody {
  readonly applicationId: string;
  readonly authenticationType: string;
  readonly apiKeys: readonly string[] | undefined;
  readonly audience: string | undefined;
  readonly conductorToken: string | undefined;
  readonly issuerUri: string | undefined;
  readonly passthrough: boolean | undefined;
  readonly fallbackToDefaultAuth: boolean | undefined;
  readonly tokenInWorkflowInput: boolean | undefined;
}

/** Reads a configuration; null if there is none. */
export function findConfig(client: RestClient, id: string): Promise<GatewayAuthConfigRecord | null> {
  return client.find(path`/api/gateway/config/auth/${id}`, readConfig);
}

/** Reads all configurations. */
export function listConfigs(client: RestClient): Promise<readonly GatewayAuthConfigRecord[]> {
  return client.get(path`/api/gateway/config/auth`, listOf('gateway configs', readConfig));
}

/** Creates a configuration under an id of the caller's choice. */
export function postConfig(client: RestClient, id: string, body: GatewayAuthConfigBody): Promise<void> {
  return client.write('POST', path`/api/gateway/config/auth`, nothing, { id, ...body });
}

/** Replaces a configuration. */
export function putConfig(client: RestClient, id: string, body: GatewayAuthConfigBody): Promise<void> {
  return client.write('PUT', path`/api/gateway/config/auth/${id}`, nothing, { id, ...body });
}

/** Deletes a configuration. */
export function deleteConfig(client: RestClient, id: string): Promise<void> {
  return client.write('DELETE', path`/api/gateway/config/auth/${id}`, nothing);
}

function readConfig(body: unknown): GatewayAuthConfigRecord {
  const config = object(body, 'gateway config');
  const flag = (member: string) => optionalFlag(config[member], `gateway config.${member}`);
  const word = (member: string) => optionalText(config[member], `gateway config.${member}`);
  return {
    id: text(config['id'], 'gateway config.id'),
    applicationId: word('applicationId'),
    authenticationType: word('authenticationType'),
    audience: word('audience'),
    issuerUri: word('issuerUri'),
    isPassthrough: flag('passthrough'),
    fallsBackToDefaultAuth: flag('fallbackToDefaultAuth'),
    putsTokenInWorkflowInput: flag('tokenInWorkflowInput'),
    apiKeyCount: list(config['apiKeys'], 'gateway config.apiKeys', () => null).length,
    hasConductorToken: Boolean(config['conductorToken']),
    createdBy: word('createdBy'),
    updatedBy: word('updatedBy'),
  };
}
