import type { AuthApiContext } from '../../context.ts';
import { authenticate } from '../../http/authentication.ts';
import { answerEngineErrors } from '../../http/engine-error-handler.ts';
import type { App } from '../../http/typed-app.ts';
import { localUserRoutes } from './local-user-store.ts';
import { oauthRoutes } from './oauth.ts';
import { requestListRoutes } from './request-lists.ts';
import { requestableRoleRoutes } from './requestable-roles.ts';
import { requestRoutes } from './requests.ts';
import { storeRoleRoutes } from './role-store-roles.ts';
import { storeUserRoutes } from './role-store-users.ts';
import { statusRoutes } from './status.ts';
import { workflowRoutes } from './workflows.ts';

type AddRoutes = (app: App, context: AuthApiContext) => void;

/** The services that PrivX splits its workflow engine into: what is open, and what takes a token. */
const SERVICES: Readonly<Record<string, { open: readonly AddRoutes[]; closed: readonly AddRoutes[] }>> = {
  'workflow-engine': {
    open: [statusRoutes],
    closed: [workflowRoutes, requestableRoleRoutes, requestRoutes, requestListRoutes],
  },
  'role-store': { open: [statusRoutes], closed: [storeRoleRoutes, storeUserRoutes] },
  'local-user-store': { open: [statusRoutes], closed: [localUserRoutes] },
  auth: { open: [statusRoutes, oauthRoutes], closed: [] },
};

/** Adds the workflow engine and its stores (contract sections 15 to 19), each below `/<service>/api/v1`. */
export function addWorkflowEngine(app: App, context: AuthApiContext): void {
  for (const [service, { open, closed }] of Object.entries(SERVICES)) {
    app.register(
      async (scope: App) => {
        answerEngineErrors(scope);
        for (const add of open) add(scope, context);
        scope.register(async (inner: App) => {
          authenticate(inner, context, ['authorization', 'x-authorization']);
          for (const add of closed) add(inner, context);
        });
      },
      { prefix: `/${service}/api/v1` },
    );
  }
}
