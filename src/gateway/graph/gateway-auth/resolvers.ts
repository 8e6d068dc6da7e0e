import { sortedById } from '../../upstream/reading/sorted-by-id.ts';
import { findReference } from '../find-reference.ts';
import type { GatewayAuthConfigInput, Resolvers } from '../generated/graphql.ts';
import { enumValueOrNull } from '../kit/enum-value.ts';
import { mutate } from '../kit/mutation.ts';
import { recordField } from '../kit/record-field.ts';
import { applicationRef, gatewayAuthConfigRef, targetRef, userRef } from '../references.ts';
import {
  deleteConfig,
  type GatewayAuthConfigBody,
  type GatewayAuthConfigRecord,
  postConfig,
  putConfig,
} from './rest.ts';

const field = recordField((context) => context.loaders.gatewayAuthConfigs);

const BODY_FIELDS = {
  id: ['id'],
  applicationId: ['input', 'applicationId'],
  authenticationType: ['input', 'authenticationType'],
  issuerUri: ['input', 'issuerUri'],
};

/** Authentication configurations of the API gateway: fields, links and writes. Secrets only go in. */
export const gatewayAuthResolvers: Resolvers = {
  GatewayAuthConfig: {
    application: field((config) => (config.applicationId ? applicationRef(config.applicationId) : null)),
    authenticationType: async (config, _args, { loaders }, info) => {
      const record = config.record ?? (await loaders.gatewayAuthConfigs.load(config.id));
      return enumValueOrNull(record?.authenticationType ?? null, info);
    },
    rawAuthenticationType: field((config) => config.authenticationType),
    audience: field((config) => config.audience),
    issuerUri: field((config) => config.issuerUri),
    isPassthrough: field((config) => config.isPassthrough),
    fallsBackToDefaultAuth: field((config) => config.fallsBackToDefaultAuth),
    putsTokenInWorkflowInput: field((config) => config.putsTokenInWorkflowInput),
    apiKeyCount: field((config) => config.apiKeyCount),
    hasConductorToken: field((config) => config.hasConductorToken),
    createdBy: field((config) => (config.createdBy ? userRef(config.createdBy) : null)),
    updatedBy: field((config) => (config.updatedBy ? userRef(config.updatedBy) : null)),
    asTarget: ({ id }) => targetRef('AUTH_CONFIG', id),
  },
  Query: {
    gatewayAuthConfig: (_, { id }, context, info) => findReference('GatewayAuthConfig', id, context, info),
    async gatewayAuthConfigs(_, _args, { loaders }) {
      const configs = await loaders.gatewayAuthConfigs.list();
      return sortedById(configs).map((config) => gatewayAuthConfigRef(config.id, config));
    },
  },
  Mutation: {
    createGatewayAuthConfig: (_, { id, input }, context) =>
      mutate(
        { id },
        async () => {
          await postConfig(context.authorization, id, bodyOf(input, null));
          return { gatewayAuthConfig: gatewayAuthConfigRef(id) };
        },
        BODY_FIELDS,
      ),
    updateGatewayAuthConfig: (_, { id, input }, context) =>
      mutate(
        { id },
        async () => {
          const current = await context.loaders.gatewayAuthConfigs.load(id);
          await putConfig(context.authorization, id, bodyOf(input, current), current);
          return { gatewayAuthConfig: gatewayAuthConfigRef(id) };
        },
        BODY_FIELDS,
      ),
    deleteGatewayAuthConfig: (_, { id }, context) =>
      mutate({ id }, async () => {
        await deleteConfig(context.authorization, id);
        return { deletedId: id };
      }),
  },
};

/**
 * Writes a whole configuration. REST resets what is left out of it, so what the input omits is taken from the current
 * one; of its secrets only `rest.ts` knows.
 */
function bodyOf(
  input: GatewayAuthConfigInput,
  current: GatewayAuthConfigRecord | null,
): GatewayAuthConfigBody {
  return {
    applicationId: input.applicationId,
    authenticationType: input.authenticationType,
    apiKeys: input.apiKeys ?? undefined,
    conductorToken: input.conductorToken ?? undefined,
    audience: input.audience ?? current?.audience ?? undefined,
    issuerUri: input.issuerUri ?? current?.issuerUri ?? undefined,
    passthrough: input.isPassthrough ?? current?.isPassthrough ?? undefined,
    fallbackToDefaultAuth: input.fallsBackToDefaultAuth ?? current?.fallsBackToDefaultAuth ?? undefined,
    tokenInWorkflowInput: input.putsTokenInWorkflowInput ?? current?.putsTokenInWorkflowInput ?? undefined,
  };
}
