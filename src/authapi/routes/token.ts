import { Type } from '@sinclair/typebox';
import { ApiError, invalid } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { answers } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import { SECRET } from '../http/schema-keywords.ts';
import type { App } from '../http/typed-app.ts';
import { resolvePermissions } from '../policy/permissions.ts';
import { signInWithAccessKey } from '../tokens/access-key-sign-in.ts';
import { issueToken, lifetimeOf } from '../tokens/issue.ts';
import { isTrue } from '../wire/names.ts';
import { User, userAnswers } from '../wire/users.ts';

const tags = ['Tokens'];
const TokenBody = Type.Object({
  keyId: Type.String({ [SECRET]: true }),
  keySecret: Type.String({ [SECRET]: true }),
  expiration: Type.Optional(
    Type.Number({
      description:
        'Lifetime: seconds up to 31536000, milliseconds above, negative for never. 12 hours if absent.',
    }),
  ),
});
const Token = Type.Object({
  token: Type.String(),
  expiresIn: Type.Integer({ description: 'Seconds; -1 for a token that never expires' }),
});

/** Serves sign-in, which alone takes no token; it never answers 404 (contract section 2). */
export function signInRoutes(app: App, { database, signingKey, now }: AuthApiContext): void {
  app.post(
    '/token',
    {
      schema: {
        tags,
        summary: 'Sign in with an access key',
        body: TokenBody,
        response: answers(Token),
        security: [],
      },
    },
    async (request) => {
      const { keyId, keySecret, expiration } = request.body;
      const lifetime = lifetimeOf(expiration);
      if (lifetime === 0) throw invalid('body/expiration', 'must be a second or more, or negative', '0');
      const subject = signInWithAccessKey(database, keyId, keySecret);
      if (subject === null) {
        // No code here: clients would take it as a reason to sign in again, and again.
        throw new ApiError(401, 'The access key is not known, its secret is another one, or it is inactive');
      }
      const token = await issueToken(signingKey, subject, now(), lifetime);
      return { token, expiresIn: lifetime ?? -1 };
    },
  );
}

/** Serves what a token says about its bearer (contract section 2). */
export function userInfoRoutes(app: App, { database }: AuthApiContext): void {
  app.get(
    '/token/userInfo',
    {
      schema: {
        tags,
        summary: 'Get the user behind the token; with claims=true its claims too',
        querystring: Type.Object({ claims: Type.Optional(Type.String()) }),
        response: answers(Type.Union([User, Type.Object({ user: User, claims: Type.Object({}) })])),
      },
    },
    (request) => {
      const { user, claims } = callerOf(request);
      const answer = userAnswers(database, [user], resolvePermissions)[0];
      return isTrue(request.query.claims, 'querystring/claims') ? { user: answer, claims } : answer;
    },
  );
}
