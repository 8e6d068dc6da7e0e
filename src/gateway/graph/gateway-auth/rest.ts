import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { holdingSecrets } from '../../upstream/reading/read.ts';
import { readableItems } from '../../upstream/reading/readable-items.ts';
import {
  type JsonObject,
  list,
  nothing,
  object,
  optionalFlag,
  optionalText,
  ownItems,
  text,
} from '../../upstream/reading/shape.ts';
import { createdByKey } from '../../upstream/resilience/keyed-create.ts';

/**
 * How the API gateway signs in callers of one application (contract section 13). Secrets are counted where they are
 * read, and none gets further than this file.
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
  return client.find(path`/api/gateway/config/auth/${id}`, holdingSecrets(readConfig));
}

/** Reads all configurations. */
export function listConfigs(client: RestClient): Promise<readonly GatewayAuthConfigRecord[]> {
  return client.get(
    path`/api/gateway/config/auth`,
    holdingSecrets((body) =>
      readableItems(ownItems(body, 'gateway configs'), 'gateway configs', 'id', readConfig),
    ),
  );
}

/** Creates a configuration under an id of the caller's choice. */
export function postConfig(client: RestClient, id: string, body: GatewayAuthConfigBody): Promise<void> {
  return createdByKey(
    () => client.write('KEYED_CREATE', 'POST', path`/api/gateway/config/auth`, nothing, { id, ...body }),
    () => findConfig(client, id),
    (config) =>
      config.applicationId === body.applicationId &&
      config.authenticationType === body.authenticationType &&
      config.audience === (body.audience ?? null) &&
      config.issuerUri === (body.issuerUri ?? null) &&
      config.apiKeyCount === (body.apiKeys?.length ?? 0) &&
      config.hasConductorToken === Boolean(body.conductorToken),
  );
}

/**
 * Replaces a configuration. Secrets that `body` leaves out stay: servers that show them may also clear what is not sent
 * back, and servers that mask them keep it (contract section 13).
 *
 * @param current the configuration as it was read.
 */
export function putConfig(
  client: RestClient,
  id: string,
  body: GatewayAuthConfigBody,
  current: GatewayAuthConfigRecord | null,
): Promise<void> {
  const shown = current ? SECRETS.get(current) : undefined;
  return client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/gateway/config/auth/${id}`, nothing, {
    id,
    ...body,
    apiKeys: body.apiKeys ?? shown?.apiKeys,
    conductorToken: body.conductorToken ?? shown?.conductorToken,
  });
}

/** Deletes a configuration. */
export function deleteConfig(client: RestClient, id: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/gateway/config/auth/${id}`, nothing);
}

interface Secrets {
  readonly apiKeys: readonly string[] | undefined;
  readonly conductorToken: string | undefined;
}

/** The secrets of records, as far as the server shows them: for writing back, and for nobody else to read. */
const SECRETS = new WeakMap<GatewayAuthConfigRecord, Secrets>();

/** What stands where a server hides a secret, or a part of one. */
const MASKED = /[*•]{3}/;

function readSecrets({ apiKeys, conductorToken }: JsonObject): Secrets {
  const keys = list(apiKeys, 'gateway config.apiKeys', (key) => (typeof key === 'string' ? key : '***'));
  const token = typeof conductorToken === 'string' && conductorToken !== '' ? conductorToken : '***';
  return {
    apiKeys: keys.length === 0 || keys.some((key) => MASKED.test(key)) ? undefined : keys,
    conductorToken: MASKED.test(token) ? undefined : token,
  };
}

function readConfig(body: unknown): GatewayAuthConfigRecord {
  const config = object(body, 'gateway config');
  const flag = (member: string) => optionalFlag(config[member], `gateway config.${member}`);
  const word = (member: string) => optionalText(config[member], `gateway config.${member}`);
  const record: GatewayAuthConfigRecord = {
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
  SECRETS.set(record, readSecrets(config));
  return record;
}
