import type { RestClient } from '../../upstream/client/client.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import { oncePerList } from '../../upstream/reading/once-per-list.ts';
import { isReadable } from '../../upstream/reading/readable-items.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { visitAll } from '../kit/visit-all.ts';
import {
  currentUser,
  findUser,
  isApplicationUserId,
  listUsers,
  listUsersOfGroup,
  type UserRecord,
} from './rest.ts';

/** How one operation reads users. Whatever brings users along keeps them for those who ask by id. */
export interface UserLoader extends RecordLoader<UserRecord> {
  /** Gives all users, those of applications included. */
  listWithApplications(): Promise<readonly UserRecord[]>;
  /** Gives the members of a group; null if there is no such group. */
  listOfGroup(groupId: string): Promise<readonly UserRecord[] | null>;
  /**
   * Finds the user with this `uuid`; null if there is none. No call finds one by it, so all users are read, once.
   * A caller who may not do that can still find itself.
   */
  findByUuid(uuid: string): Promise<UserRecord | null>;
}

/** Makes the loader of users, for one operation. */
export function createUserLoader(client: RestClient): UserLoader {
  const records = createRecordLoader(client, {
    kind: 'users',
    one: (id) => findUser(client, id),
    // The short list lacks the users of applications (contract section 8).
    all: (ids) => listUsers(client, ids.some(isApplicationUserId)),
  });

  let index: Promise<ReadonlyMap<string, UserRecord>> | undefined;
  client.onWrite(() => {
    index = undefined;
  });

  async function listWithApplications(): Promise<readonly UserRecord[]> {
    const users = await listUsers(client, true);
    records.prime(users);
    return users;
  }

  return {
    ...records,
    listWithApplications,
    async findByUuid(uuid) {
      try {
        index ??= listWithApplications().then(byUuid);
        return (await index).get(uuid) ?? null;
      } catch (error) {
        if (!(error instanceof HttpError && error.status === 403)) throw error;
        const caller = await currentUser(client);
        if (caller.uuid !== uuid) throw error;
        return caller;
      }
    },
    async listOfGroup(groupId) {
      const users = await listUsersOfGroup(client, groupId);
      if (users) records.prime(users);
      return users;
    },
  };
}

const byUuid = oncePerList(async (users: readonly UserRecord[]) => {
  const index = new Map<string, UserRecord>();
  await visitAll(users, (user) => {
    if (isReadable(user) && user.uuid) index.set(user.uuid, user);
  });
  return index;
});
