import { timingSafeEqual } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { AuthApiContext, OAuthClient } from '../../context.ts';
import { engineStatusOf } from '../../http/engine-error-handler.ts';
import { SECRET } from '../../http/schema-keywords.ts';
import type { App } from '../../http/typed-app.ts';
import { signInWithAccessKey } from '../../tokens/access-key-sign-in.ts';
import { DEFAULT_LIFETIME, issueToken } from '../../tokens/issue.ts';

const TokenBody = Type.Object({
  grant_type: Type.Optional(Type.String({ description: 'password' })),
  username: Type.Optional(Type.String({ description: 'The id of an access key' })),
  password: Type.Optional(Type.String({ description: 'Its secret', [SECRET]: true })),
});
const Token = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'Seconds' }),
  scope: Type.String(),
});
const OAuthError = Type.Object({ error: Type.String(), error_description: Type.String() });

/** Serves the OAuth password grant: an access-key pair gives its application's user (contract section 16). */
export function oauthRoutes(app: App, context: AuthApiContext): void {
  const { database, signingKey, now, oauthClient } = context;
  acceptForms(app);

  app.post(
    '/oauth/token',
    {
      schema: {
        tags: ['OAuth'],
        summary: 'Sign in with an access key, as a form, by the password grant',
        consumes: ['application/x-www-form-urlencoded'],
        body: TokenBody,
        response: { 200: Token, default: OAuthError },
        security: [{ oauthClient: [] }],
      },
      // A form without what it needs is an error of OAuth's own kind, and so is one that cannot be read.
      attachValidation: true,
      errorHandler: (error, _request, reply) => {
        if (engineStatusOf(error) === 500) throw error;
        return refuse(reply, 400, 'invalid_request', error.message);
      },
    },
    async (request, reply) => {
      if (!isTaken(request.headers.authorization, oauthClient)) {
        reply.header('www-authenticate', 'Basic realm="rolegraph"');
        return refuse(reply, 401, 'invalid_client', 'Send the OAuth client and its secret as HTTP Basic');
      }
      if (request.validationError !== undefined) {
        return refuse(reply, 400, 'invalid_request', 'Send a form with grant_type, username and password');
      }
      const { grant_type: grantType, username, password } = request.body;
      if (grantType === undefined) return refuse(reply, 400, 'invalid_request', 'grant_type is required');
      if (grantType !== 'password') {
        return refuse(reply, 400, 'unsupported_grant_type', 'Only the grant type password is served');
      }
      if (username === undefined || password === undefined) {
        return refuse(reply, 400, 'invalid_request', 'username and password are required');
      }
      const subject = signInWithAccessKey(database, username, password);
      if (subject === null) {
        return refuse(
          reply,
          400,
          'invalid_grant',
          'The access key is unknown, inactive, or has another secret',
        );
      }
      reply.header('cache-control', 'no-store');
      return {
        access_token: await issueToken(signingKey, subject, now()),
        token_type: 'bearer',
        expires_in: DEFAULT_LIFETIME,
        scope: 'privx-user',
      };
    },
  );
}

function acceptForms(app: App): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
}

function refuse(reply: FastifyReply, status: 400 | 401, error: string, description: string): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}

/** Takes any pair unless one is configured. */
function isTaken(header: string | undefined, client: OAuthClient | null): boolean {
  const encoded = /^Basic\s+([\w+/=-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return false;
  const pair = Buffer.from(encoded, 'base64');
  if (client === null) return pair.includes(':');
  const expected = Buffer.from(`${client.id}:${client.secret}`);
  return pair.length === expected.length && timingSafeEqual(pair, expected);
}
