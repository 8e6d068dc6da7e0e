import type { Principal } from '../policy/principal.ts';
import type { Database } from './database.ts';
import { DirectoryMemory } from './directory-memory.ts';
import { getPrincipal } from './principals.ts';
import { findUser, type UserRecord, userIdOf } from './users.ts';

/** A user and what policy has to know about it. */
export interface Identity {
  readonly user: UserRecord;
  readonly principal: Principal;
}

/** Finds a user with its principal by id in any case, as they are now. */
export type FindIdentity = (id: string) => Identity | null;

/** How many identities are remembered, a few kilobytes each. */
const CAPACITY = 10_000;

/** Makes the look-up of identities, which reads from the store only what may have changed. */
export function rememberIdentities(database: Database, now: () => number): FindIdentity {
  const memory = new DirectoryMemory<{ readonly identity: Identity | null }>(
    database,
    now,
    'users',
    CAPACITY,
  );
  return (id) =>
    memory.recall(userIdOf(id), () => {
      const user = findUser(database, id);
      return { identity: user && { user, principal: getPrincipal(database, user) } };
    }).identity;
}
