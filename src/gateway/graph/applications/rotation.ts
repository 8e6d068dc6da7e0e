import type { RestClient } from '../../upstream/client/client.ts';
import type { UserError } from '../generated/graphql.ts';
import { type AccessKeyRecord, flipAccessKey, postAccessKey } from './access-keys.ts';

/** A key that has taken the place of another. */
export interface Rotation {
  readonly accessKey: AccessKeyRecord;
  /** Null if the answer that held it was lost. */
  readonly secret: string | null;
  /** The old key as it is now, or why it could not be made inactive; null if it was left alone. */
  readonly retired: AccessKeyRecord | Error | null;
}

/** What the mutation answers: a rotation, or why there was none. */
export type RotationPayload = Partial<Rotation> & { readonly userErrors: readonly UserError[] };

/**
 * Makes a new active key, and only then the old one inactive: whatever fails between, the application has a key. Once
 * there is a secret it is given, whatever becomes of the old key.
 *
 * @param old the key as it was just read.
 * @throws {UpstreamError} no key was made; the old one is as it was.
 */
export async function rotate(client: RestClient, old: AccessKeyRecord): Promise<Rotation> {
  const { accessKey, secret } = await postAccessKey(client, old.applicationId);
  // Nobody can sign in with a key whose secret is lost, so the old one must stay.
  if (secret === null) return { accessKey, secret, retired: null };
  const retired = await retire(client, old).catch((error: unknown) =>
    error instanceof Error ? error : new Error('not an error', { cause: error }),
  );
  return { accessKey, secret, retired };
}

async function retire(client: RestClient, key: AccessKeyRecord): Promise<AccessKeyRecord> {
  if (key.status === 'INACTIVE') return key;
  const flipped = await flipAccessKey(client, key.applicationId, key.id, key.status);
  // REST can only flip: somebody else was faster, and it is active again.
  return flipped.status === 'ACTIVE' ? flipAccessKey(client, key.applicationId, key.id) : flipped;
}
