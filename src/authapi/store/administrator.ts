import { insertAccessKey } from './access-keys.ts';
import { applicationUserId, insertApplication } from './applications.ts';
import type { Database } from './database.ts';
import { hasReached, markReached } from './milestones.ts';

/** What the administrator application and its first access key are made of. */
export interface AdministratorValues {
  readonly applicationId: string;
  readonly keyId: string;
  readonly secretDigest: Uint8Array;
  readonly at: number;
}

const MILESTONE = 'administrator';

/** Tells whether a store got its administrator; it gets one once, and may delete it later. */
export function hasAdministrator(database: Database): boolean {
  return hasReached(database, MILESTONE);
}

/** Adds the application `administrator`, whose user is an ADMIN, with an access key. */
export function insertAdministrator(database: Database, values: AdministratorValues): void {
  const { applicationId, keyId, secretDigest, at } = values;
  const self = applicationUserId(applicationId);
  insertApplication(
    database,
    {
      id: applicationId,
      name: 'administrator',
      ownerUuid: applicationId,
      createdBy: self,
      updatedBy: self,
      createTime: at,
      updateTime: at,
    },
    ['ADMIN'],
  );
  insertAccessKey(database, { id: keyId, applicationId, secretDigest, status: 'ACTIVE', createdAt: at });
  markReached(database, MILESTONE, at);
}
