import { type Static, Type } from '@sinclair/typebox';
import { ApiError } from '../api-error.ts';
import { SECRET } from '../http/schema-keywords.ts';
import type { GatewayAuthConfigRecord } from '../store/gateway-auth-configs.ts';
import { Id } from './names.ts';

/** What stands for a secret in answers; refused on the way in, so that it never replaces the secret. */
const MASK = '********';

const Secret = Type.String({ [SECRET]: true });
const NullableText = Type.Union([Type.String(), Type.Null()]);
const AuthenticationType = Type.Unsafe<GatewayAuthConfigRecord['authenticationType']>({
  type: 'string',
  enum: ['NONE', 'API_KEY', 'OIDC'],
});

const values = {
  applicationId: Id,
  authenticationType: AuthenticationType,
  apiKeys: Type.Optional(
    Type.Array(Secret, { description: 'Never shown again. Absent: keep what there is' }),
  ),
  audience: Type.Optional(Type.String()),
  conductorToken: Type.Optional(Secret),
  issuerUri: Type.Optional(Type.String({ description: 'Required for OIDC' })),
  fallbackToDefaultAuth: Type.Optional(Type.Boolean()),
  passthrough: Type.Optional(Type.Boolean()),
  tokenInWorkflowInput: Type.Optional(Type.Boolean()),
};

/** What a client sends of a new config; it chooses the id. */
export const NewGatewayAuthConfigBody = Type.Object({ id: Id, ...values });

/** What a client sends of a config that is there; the path names it. */
export const GatewayAuthConfigBody = Type.Object(values);

/** A gateway authentication config (contract section 13), its secrets masked. */
export const GatewayAuthConfig = Type.Object({
  id: Type.String(),
  applicationId: Type.String(),
  authenticationType: AuthenticationType,
  apiKeys: Type.Array(Type.Literal(MASK)),
  audience: NullableText,
  conductorToken: Type.Union([Type.Literal(MASK), Type.Null()]),
  issuerUri: NullableText,
  fallbackToDefaultAuth: Type.Boolean(),
  passthrough: Type.Boolean(),
  tokenInWorkflowInput: Type.Boolean(),
  createdBy: Type.String(),
  updatedBy: Type.String(),
});

/** Reads a config sent by `callerId`; `old` is the one it replaces. Throws 400 for OIDC without an issuer
 * and for secrets that are only their own mask. */
export function gatewayAuthConfigOf(
  id: string,
  body: Static<typeof GatewayAuthConfigBody>,
  callerId: string,
  old: GatewayAuthConfigRecord | null,
): GatewayAuthConfigRecord {
  if (body.authenticationType === 'OIDC' && body.issuerUri === undefined) {
    const fault = { path: 'body/issuerUri', message: 'is required for OIDC' };
    throw new ApiError(400, `${fault.path} ${fault.message}`, { validationErrors: [fault] });
  }
  if ([...(body.apiKeys ?? []), body.conductorToken].includes(MASK)) {
    throw new ApiError(
      400,
      `${MASK} only stands for a secret; leave apiKeys or conductorToken out to keep it`,
    );
  }
  return {
    id,
    applicationId: body.applicationId,
    authenticationType: body.authenticationType,
    apiKeys: body.apiKeys ?? old?.apiKeys ?? [],
    audience: body.audience ?? null,
    conductorToken: body.conductorToken ?? old?.conductorToken ?? null,
    issuerUri: body.issuerUri ?? null,
    fallbackToDefaultAuth: body.fallbackToDefaultAuth ?? false,
    passthrough: body.passthrough ?? false,
    tokenInWorkflowInput: body.tokenInWorkflowInput ?? false,
    createdBy: old?.createdBy ?? callerId,
    updatedBy: callerId,
  };
}

/** Writes a config; of its secrets only that they are there. */
export function gatewayAuthConfigAnswer(config: GatewayAuthConfigRecord): Static<typeof GatewayAuthConfig> {
  return {
    ...config,
    apiKeys: config.apiKeys.map(() => MASK),
    conductorToken: config.conductorToken === null ? null : MASK,
  };
}
