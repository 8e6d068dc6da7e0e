import type { RestClient } from '../upstream/client.ts';
import { path } from '../upstream/path.ts';
import { list, nothing, object, optionalText, optionalTime, text } from '../upstream/shape.ts';

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

/** Creates a key. Its secret is told this once, and of the key itself no more than the id. */
export function postAccessKey(
  client: RestClient,
  applicationId: string,
): Promise<{ readonly accessKey: AccessKeyRecord; readonly secret: string }> {
  return client.write('POST', path`/api/applications/${applicationId}/accessKeys`, (body) => ({
    accessKey: readAccessKey(body, applicationId),
    secret: text(object(body, 'access key')['secret'], 'access key.secret'),
  }));
}

/** Flips a key between active and inactive, and gives what it is now. */
export function flipAccessKey(
  client: RestClient,
  applicationId: string,
  keyId: string,
): Promise<AccessKeyRecord> {
  return client.write('POST', path`/api/applications/${applicationId}/accessKeys/${keyId}/status`, (body) =>
    readAccessKey(body, applicationId),
  );
}

/** Deletes a key, and with it the access of everybody who signed in with it. */
export function deleteAccessKey(client: RestClient, applicationId: string, keyId: string): Promise<void> {
  return client.write('DELETE', path`/api/applications/${applicationId}/accessKeys/${keyId}`, nothing);
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
