import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { version } from '../../release.ts';
import type { App } from './typed-app.ts';

/** The page has no script of its own inside, and calls nothing but this API. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
};

/** Describes all routes added after it at `/openapi.json` (OpenAPI 3.1), and for people at `/docs`. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rolegraph authorization API',
        description:
          'Users, groups, roles, applications and grants, as Conductor serves them; role workflows, as PrivX does.',
        version,
      },
      components: {
        securitySchemes: {
          token: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Authorization',
            description: 'A token from POST /api/token, bare or after "Bearer "',
          },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'For the workflow engine: a token from POST /auth/api/v1/oauth/token or /api/token',
          },
          oauthClient: { type: 'http', scheme: 'basic', description: 'An OAuth client and its secret' },
        },
      },
      security: [{ token: [] }, { bearer: [] }],
    },
  });
  await app.register(async (pages) => {
    await pages.register(helmet, {
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      // It is called over plain HTTP, and who puts TLS in front knows whether the whole site has it.
      strictTransportSecurity: false,
    });
    await pages.register(swaggerUi, { routePrefix: '/docs' });
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
