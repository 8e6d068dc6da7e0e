import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { LostSecretError } from '../../upstream/errors/lost-secret-error.ts';
import { list, nothing, object, optionalText, optionalTime, text } from '../../upstream/reading/shape.ts';
import { reconciled } from '../../upstream/resilience/reconcile.ts';
import { createdTraceably } from '../../upstream/resilience/traceable-create.ts';

/** An access key without its secret, which only the answer to its creation has (contract section 7). */
export interface AccessKeyRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly status: string | null;
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
}

/** Reads the keys of an application; null if there is no such application. */
export function findAccessKeys(
  client: RestClient,
  applicationId: string,
): Promise<readonly AccessKeyRecord[] | null> {
  return client.find(path`/api/applications/${applicationId}/accessKeys`, (body) =>
    list(body, 'access keys', (key) => readAccessKey(key, applicationId)),
  );
}

/**
 * Creates a key. Its secret is told this once, and of the key itself no more than the id.
 *
 * @throws {LostSecretError} if a key was made, and the answer that held its secret was lost.
 */
export function postAccessKey(
  client: RestClient,
  applicationId: string,
): Promise<{ readonly accessKey: AccessKeyRecord; readonly secret: string }> {
  const keys = path`/api/applications/${applicationId}/accessKeys`;
  return createdTraceably(client, {
    likeness: `access key of ${applicationId}`,
    create: () =>
      client.write('NEVER_REPEATED', 'POST', keys, (body) => {
        const secret = text(object(body, 'access key')['secret'], 'access key.secret');
        client.guard.secrets.add(secret);
        return { accessKey: readAccessKey(body, applicationId), secret };
      }),
    alike: async () => (await findAccessKeys(client, applicationId))?.map(({ id }) => id) ?? [],
    answerFor: (id) => {
      throw new LostSecretError(id);
    },
  });
}

/**
 * Flips a key between active and inactive, and gives what it is now. If the answer is lost, a status that is not the one
 * of before is proof.
 *
 * @param before the status before; left out if it was not read.
 */
export async function flipAccessKey(
  client: RestClient,
  applicationId: string,
  keyId: string,
  before?: string | null,
): Promise<AccessKeyRecord> {
  const find = async () => (await findAccessKeys(client, applicationId))?.find(({ id }) => id === keyId);
  const isWorthALook = before === undefined && client.guard.isTroubled;
  const status = isWorthALook ? (await find().catch(() => undefined))?.status : before;
  const flip = path`/api/applications/${applicationId}/accessKeys/${keyId}/status`;
  return reconciled(
    () => client.write('FLIP', 'POST', flip, (body) => readAccessKey(body, applicationId)),
    async () => {
      const key = await find();
      return key && status && key.status !== status ? { answer: () => key } : null;
    },
  );
}

/** Deletes a key, and with it the access of everybody who signed in with it. */
export function deleteAccessKey(client: RestClient, applicationId: string, keyId: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/api/applications/${applicationId}/accessKeys/${keyId}`,
    nothing,
  );
}

function readAccessKey(body: unknown, applicationId: string): AccessKeyRecord {
  const key = object(body, 'access key');
  return {
    id: text(key['id'], 'access key.id'),
    applicationId,
    status: optionalText(key['status'], 'access key.status'),
    // Contract section 21: the time has two names.
    createdAt: optionalTime(key['createdAt'] ?? key['createTime'], 'access key.createdAt'),
    createdBy: optionalText(key['createdBy'], 'access key.createdBy'),
  };
}
