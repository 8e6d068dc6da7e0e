import { databasePath, hasStore } from '../store/data-folder.ts';
import { openDatabase } from '../store/database.ts';
import { findUser } from '../store/users.ts';
import { issueToken } from './issue.ts';
import { findSigningKey } from './signing-key.ts';

/**
 * Signs a token for a user of a data folder, whether or not a server runs on it. Throws when the folder holds no
 * store or the store no such user.
 */
export async function tokenForUser(data: string, userId: string): Promise<string> {
  const key = await findSigningKey(data);
  if (key === null || !hasStore(data)) {
    throw new Error(`${data} holds no store; start rolegraph first, or name its data folder with --data`);
  }
  const database = openDatabase(databasePath(data));
  try {
    const user = findUser(database, userId);
    if (user === null) throw new Error(`No user ${userId} in ${data}`);
    return await issueToken(key, { id: user.id, uuid: user.uuid, keyId: null }, Date.now());
  } finally {
    database.close();
  }
}
