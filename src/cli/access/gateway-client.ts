import { z } from 'zod';
import type { GatewayAccess } from '../../config/gateway-access.ts';

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.int()])).optional(),
        extensions: z.object({ code: z.string(), upstreamStatus: z.int() }).partial().optional(),
      }),
    )
    .optional(),
});

/** One error of an answer. */
export type GatewayFault = NonNullable<z.output<typeof answerSchema>['errors']>[number];

/** A gateway that did not do what it was asked; the message says why and what to do. */
export class GatewayRequestError extends Error {
  override readonly name = 'GatewayRequestError';
}

/** Asks a gateway. */
export type Ask = <T>(
  document: string,
  variables: object,
  answer: z.ZodType<T>,
  /** Tells errors that leave a null which means no harm. */
  isHarmless?: (fault: GatewayFault) => boolean,
) => Promise<T>;

/** Longest that a gateway may take to answer: well beyond what a page may take beside other long work. */
const ANSWER_MS = 300_000;

/**
 * Makes the client of a gateway.
 *
 * @returns a function that sends one operation, and throws a {@link GatewayRequestError} for everything but data of the
 *   promised shape.
 */
export function gatewayClient({ url, token }: GatewayAccess): Ask {
  return async (document, variables, shape, isHarmless = () => false) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        // Whatever a command asks may be long work, and nobody waits in front of a screen as for a page.
        priority: 'u=7',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document, variables }),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch((error: unknown) => {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new GatewayRequestError(
        `The gateway at ${url.href} cannot be reached (${cause}): is it running, and is --url right?`,
      );
    });
    const body = answerSchema.safeParse(await response.json().catch(() => null));
    if (!body.success) {
      throw new GatewayRequestError(
        `What answers at ${url.href} (status ${response.status}) is no GraphQL endpoint: check --url`,
      );
    }
    const error = body.data.errors?.find((fault) => !isHarmless(fault));
    if (error) throw new GatewayRequestError(`${error.message}${adviceOn(error.extensions?.code, token)}`);
    const data = shape.safeParse(body.data.data);
    if (data.success) return data.data;
    throw new GatewayRequestError(
      `The gateway at ${url.href} answered with something else than was asked for`,
    );
  };
}

function adviceOn(code: string | undefined, token: string | null): string {
  switch (code) {
    case 'UNAUTHENTICATED':
      return token === null
        ? ' (set ROLEGRAPH_TOKEN, or name a file with --token-file)'
        : ' (is the token still valid?)';
    case 'FORBIDDEN':
      return ' (a token of somebody with the role ADMIN may do all of it)';
    case 'UPSTREAM_BUDGET_EXCEEDED':
      return ' (or let the gateway make more: ROLEGRAPH_REST_CALLS)';
    default:
      return '';
  }
}
