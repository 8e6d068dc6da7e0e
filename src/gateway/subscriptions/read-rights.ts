import type { SentCredential } from '../credentials/sent-credential.ts';
import { currentUserKey } from '../graph/role-workflows/role-store.ts';
import { rightsOfToken } from '../graph/tokens/rest.ts';
import type { OperationContext } from '../operation/context.ts';
import { UnconfiguredError } from '../upstream/errors/unconfigured-error.ts';
import type { Rights } from './caller.ts';
import { isRefusal } from './event-answer.ts';

/**
 * Asks the upstreams whether a subscriber's token holds: the authorization API, one call, and the workflow engine only
 * where it has a token of its own, or the authorization API does not know the one.
 *
 * @throws {UpstreamError} if the token does not hold, or that cannot be told.
 */
export async function readRights(
  { authorization, workflowEngine }: OperationContext,
  sent: SentCredential,
): Promise<Rights> {
  const isOneToken = sent?.authorization === sent?.workflowEngine;
  try {
    const [rights] = await Promise.all([
      rightsOfToken(authorization),
      isOneToken ? null : currentUserKey(workflowEngine).catch(unlessUnconfigured),
    ]);
    return rights;
  } catch (error) {
    if (!isOneToken || !isRefusal(error)) throw error;
    await currentUserKey(workflowEngine).catch(() => {
      throw error;
    });
    return new Set();
  }
}

function unlessUnconfigured(error: unknown): null {
  if (error instanceof UnconfiguredError) return null;
  throw error;
}
