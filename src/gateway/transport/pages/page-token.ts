import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { errorText } from '../http/http-errors.ts';
import type { Origins } from '../http/origins.ts';

/** Gives a token for the key of a link that was printed, once; null for every other key. */
export type ClaimPageToken = (key: string) => Promise<string | null>;

const Claim = Type.Object({ key: Type.String({ maxLength: 100 }) });

const NO_SUCH_KEY =
  'This link has given its token already, or is of an earlier start. Use another that the gateway printed, start it again, or paste a token: "npx rolegraph token USER" prints one.';

/**
 * Exchanges the keys of links for tokens at `/pages/token`, for pages of ours. So neither an address nor the source of a
 * page ever holds a token, and whoever loads a page without the link, another user of this machine say, gets none.
 */
export function exchangeKeys(app: FastifyInstance, claim: ClaimPageToken, origins: Origins): void {
  app.post<{ Body: Static<typeof Claim> }>(
    '/pages/token',
    { schema: { body: Claim }, bodyLimit: 1024 },
    async ({ body, raw, id }, reply) => {
      const token = origins.isOwn(raw) ? await claim(body.key) : null;
      // Not even a proxy is to compress what holds a secret.
      reply.header('cache-control', 'no-store, no-transform').type('application/json; charset=utf-8');
      return token === null ? reply.code(403).send(errorText(403, NO_SUCH_KEY, id)) : { token };
    },
  );
}
