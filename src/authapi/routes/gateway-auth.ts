import { Type } from '@sinclair/typebox';
import { ApiError } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { checkMayUpdate } from '../guards/application-access.ts';
import { checkMayCreate } from '../guards/new-names.ts';
import { answers, Empty } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import {
  deleteGatewayAuthConfig,
  findGatewayAuthConfig,
  getGatewayAuthConfig,
  listGatewayAuthConfigs,
  upsertGatewayAuthConfig,
} from '../store/gateway-auth-configs.ts';
import {
  GatewayAuthConfig,
  GatewayAuthConfigBody,
  gatewayAuthConfigAnswer,
  gatewayAuthConfigOf,
  NewGatewayAuthConfigBody,
} from '../wire/gateway-auth.ts';
import { IdParams } from '../wire/names.ts';

const tags = ['Gateway authentication'];

/**
 * Serves the authentication configs of the API gateway (contract section 13). A config decides who acts as its
 * application, so whoever writes one must be allowed to update that application, and the one that it is taken from. Its
 * id is the client's choice, and is new only where nobody holds a grant on it: deleting a config takes along the grants
 * on it.
 */
export function gatewayAuthRoutes(app: App, context: AuthApiContext): void {
  const { database } = context;

  app.post(
    '/gateway/config/auth',
    {
      config: { takes: 'createGatewayConfigs' },
      schema: {
        tags,
        summary: 'Create a config; answers its id',
        body: NewGatewayAuthConfigBody,
        response: answers(Type.String()),
      },
    },
    (request, reply) => {
      const { id, applicationId } = request.body;
      const caller = callerOf(request);
      checkMayUpdate(context, caller, applicationId);
      const config = gatewayAuthConfigOf(id, request.body, caller.principal.id, null);
      if (findGatewayAuthConfig(database, id) !== null) {
        throw new ApiError(409, `There is a gateway authentication config with id ${id}`);
      }
      checkMayCreate(context, caller, { type: 'AUTH_CONFIG', id }, 'createGatewayConfigs');
      upsertGatewayAuthConfig(database, config);
      reply.type('application/json');
      return JSON.stringify(id);
    },
  );

  app.get(
    '/gateway/config/auth',
    {
      config: { takes: 'readGatewayConfigs' },
      schema: { tags, summary: 'List configs', response: answers(Type.Array(GatewayAuthConfig)) },
    },
    () => listGatewayAuthConfigs(database).map(gatewayAuthConfigAnswer),
  );

  app.get(
    '/gateway/config/auth/:id',
    {
      config: { takes: 'readGatewayConfigs' },
      schema: { tags, summary: 'Get a config', params: IdParams, response: answers(GatewayAuthConfig) },
    },
    (request) => gatewayAuthConfigAnswer(getGatewayAuthConfig(database, request.params.id)),
  );

  app.put(
    '/gateway/config/auth/:id',
    {
      config: { takes: 'updateGatewayConfigs' },
      schema: {
        tags,
        summary: 'Replace a config; its secrets stay unless new ones are sent',
        params: IdParams,
        body: GatewayAuthConfigBody,
        response: answers(GatewayAuthConfig),
      },
    },
    (request) => {
      const { id } = request.params;
      const caller = callerOf(request);
      const old = getGatewayAuthConfig(database, id);
      const config = gatewayAuthConfigOf(id, request.body, caller.principal.id, old);
      for (const { applicationId } of [old, config]) checkMayUpdate(context, caller, applicationId);
      upsertGatewayAuthConfig(database, config);
      return gatewayAuthConfigAnswer(config);
    },
  );

  app.delete(
    '/gateway/config/auth/:id',
    {
      config: { takes: 'deleteGatewayConfigs' },
      schema: { tags, summary: 'Delete a config', params: IdParams, response: answers(Empty) },
    },
    (request) => {
      const { id } = request.params;
      checkMayUpdate(context, callerOf(request), getGatewayAuthConfig(database, id).applicationId);
      deleteGatewayAuthConfig(database, id);
    },
  );
}
