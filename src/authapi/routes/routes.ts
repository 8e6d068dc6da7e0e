import type { AuthApiContext } from '../context.ts';
import { authenticate } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { accessKeyRoutes } from './access-keys.ts';
import { applicationRoleRoutes } from './application-roles.ts';
import { applicationRoutes } from './applications.ts';
import { authorizationRoutes } from './authorization.ts';
import { gatewayAuthRoutes } from './gateway-auth.ts';
import { groupRoutes } from './groups.ts';
import { healthRoutes } from './health.ts';
import { memberRoutes } from './members.ts';
import { metadataRoutes } from './metadata.ts';
import { roleRoutes } from './roles.ts';
import { subjectGrantRoutes } from './subject-grants.ts';
import { tagRoutes } from './tags.ts';
import { signInRoutes, userInfoRoutes } from './token.ts';
import { userAccessRoutes } from './user-access.ts';
import { userRoutes } from './users.ts';
import { addWorkflowEngine } from './workflow-engine/services.ts';

const WITH_TOKEN = [
  userInfoRoutes,
  userRoutes,
  userAccessRoutes,
  groupRoutes,
  memberRoutes,
  applicationRoutes,
  applicationRoleRoutes,
  tagRoutes,
  accessKeyRoutes,
  authorizationRoutes,
  subjectGrantRoutes,
  roleRoutes,
  gatewayAuthRoutes,
  metadataRoutes,
];

/** Adds every route: the API below `/api`, all of it but sign-in behind a token, and the workflow engine beside it. */
export function addRoutes(app: App, context: AuthApiContext): void {
  healthRoutes(app);
  app.register(async (open: App) => signInRoutes(open, context), { prefix: '/api' });
  app.register(
    async (closed: App) => {
      authenticate(closed, context);
      for (const add of WITH_TOKEN) add(closed, context);
    },
    { prefix: '/api' },
  );
  addWorkflowEngine(app, context);
}
