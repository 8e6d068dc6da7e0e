import type { RestClient } from '../../upstream/client/client.ts';
import { KeyedMutex } from '../kit/keyed-mutex.ts';
import { UserError } from '../kit/user-error.ts';
import { roleWorkflowRef } from '../references.ts';
import { findWorkflowNow, putWorkflow, type RoleWorkflowBody } from './rest.ts';

/** Taken by all replacements through this process, so that none comes between the look and the write of another. */
const turns = new KeyedMutex();

const OVERTAKEN =
  'The workflow was changed since. Look at what it is now, and write again with its updatedAt.';

/**
 * Replaces a workflow. With `ifUpdatedAt`, only if it was not changed since that moment: REST has no precondition, so
 * the last thing before the write is to look.
 *
 * @throws {UserError} `CONFLICT`, with the workflow as it is now, if it was changed.
 */
export function replaceWorkflow(
  client: RestClient,
  id: string,
  body: RoleWorkflowBody,
  ifUpdatedAt: Date | null,
): Promise<void> {
  return turns.take(id, async () => {
    const current = ifUpdatedAt && (await findWorkflowNow(client, id));
    if (current && current.updatedAt?.getTime() !== ifUpdatedAt.getTime()) {
      const payload = { roleWorkflow: roleWorkflowRef(id, current) };
      throw new UserError('CONFLICT', OVERTAKEN, ['ifUpdatedAt'], payload);
    }
    await putWorkflow(client, id, body);
  });
}
