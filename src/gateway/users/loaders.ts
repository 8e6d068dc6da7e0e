import type { RestClient } from '../upstream/client.ts';
import { createRecordLoader, type RecordLoader } from '../upstream/record-loader.ts';
import { findUser, isApplicationUserId, listUsers, listUsersOfGroup, type UserRecord } from './rest.ts';

/** How one operation reads users. Whatever brings users along keeps them for those who ask by id. */
export interface UserLoader extends RecordLoader<UserRecord> {
  /** Gives all users, those of applications included. */
  listWithApplications(): Promise<readonly UserRecord[]>;
  /** Gives the members of a group; null if there is no such group. */
  listOfGroup(groupId: string): Promise<readonly UserRecord[] | null>;
}

/** Makes the loader of users, for one operation. */
export function createUserLoader(client: RestClient): UserLoader {
  const records = createRecordLoader(client, {
    one: (id) => findUser(client, id),
    // The short list lacks the users of applications (contract section 8).
    all: (ids) => listUsers(client, ids.some(isApplicationUserId)),
  });

  return {
    ...records,
    async listWithApplications() {
      const users = await listUsers(client, true);
      records.prime(users);
      return users;
    },
    async listOfGroup(groupId) {
      const users = await listUsersOfGroup(client, groupId);
      if (users) records.prime(users);
      return users;
    },
  };
}
