import { notFound } from '../api-error.ts';
import type { Database } from './database.ts';
import { deleteGrantsOn } from './grants.ts';

export type AuthenticationType = 'NONE' | 'API_KEY' | 'OIDC';

export interface GatewayAuthConfigRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly authenticationType: AuthenticationType;
  /** Secret. */
  readonly apiKeys: readonly string[];
  readonly audience: string | null;
  /** Secret. */
  readonly conductorToken: string | null;
  readonly issuerUri: string | null;
  readonly fallbackToDefaultAuth: boolean;
  readonly passthrough: boolean;
  readonly tokenInWorkflowInput: boolean;
  readonly createdBy: string;
  readonly updatedBy: string;
}

interface GatewayAuthConfigRow {
  id: string;
  application_id: string;
  authentication_type: AuthenticationType;
  api_keys: string;
  audience: string | null;
  conductor_token: string | null;
  issuer_uri: string | null;
  fallback_to_default_auth: number;
  passthrough: number;
  token_in_workflow_input: number;
  created_by: string;
  updated_by: string;
}

/** Finds a config by the id its client chose. */
export function findGatewayAuthConfig(database: Database, id: string): GatewayAuthConfigRecord | null {
  const row = database.one<GatewayAuthConfigRow>('SELECT * FROM gateway_auth_configs WHERE id = ?', id);
  return row && configOf(row);
}

/** Gets a config by id; throws 404. */
export function getGatewayAuthConfig(database: Database, id: string): GatewayAuthConfigRecord {
  const config = findGatewayAuthConfig(database, id);
  if (config === null) throw notFound('gateway authentication config', id);
  return config;
}

/** Lists all configs by id. */
export function listGatewayAuthConfigs(database: Database): GatewayAuthConfigRecord[] {
  return database.all<GatewayAuthConfigRow>('SELECT * FROM gateway_auth_configs ORDER BY id').map(configOf);
}

/** Makes a config or replaces one. */
export function upsertGatewayAuthConfig(database: Database, config: GatewayAuthConfigRecord): void {
  database.run(
    `INSERT OR REPLACE INTO gateway_auth_configs
       (id, application_id, authentication_type, api_keys, audience, conductor_token, issuer_uri,
        fallback_to_default_auth, passthrough, token_in_workflow_input, created_by, updated_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    config.id,
    config.applicationId,
    config.authenticationType,
    JSON.stringify(config.apiKeys),
    config.audience,
    config.conductorToken,
    config.issuerUri,
    Number(config.fallbackToDefaultAuth),
    Number(config.passthrough),
    Number(config.tokenInWorkflowInput),
    config.createdBy,
    config.updatedBy,
  );
}

/** Deletes a config with all grants on it. */
export function deleteGatewayAuthConfig(database: Database, id: string): void {
  deleteGrantsOn(database, { type: 'AUTH_CONFIG', id });
  database.run('DELETE FROM gateway_auth_configs WHERE id = ?', id);
}

function configOf(row: GatewayAuthConfigRow): GatewayAuthConfigRecord {
  return {
    id: row.id,
    applicationId: row.application_id,
    authenticationType: row.authentication_type,
    apiKeys: JSON.parse(row.api_keys),
    audience: row.audience,
    conductorToken: row.conductor_token,
    issuerUri: row.issuer_uri,
    fallbackToDefaultAuth: row.fallback_to_default_auth === 1,
    passthrough: row.passthrough === 1,
    tokenInWorkflowInput: row.token_in_workflow_input === 1,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}
