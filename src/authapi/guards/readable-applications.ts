import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { Access } from '../policy/access.ts';
import { effectiveAccess } from '../policy/effective-access.ts';
import { listApplications, type TaggedApplicationRecord } from '../store/applications.ts';
import { listApplicationGrants } from '../store/grants.ts';

/** Lists the applications that a caller may read, with their tags, in as many queries for many as for one. */
export function listReadableApplications(
  { database }: AuthApiContext,
  { principal }: Caller,
): TaggedApplicationRecord[] {
  const readable = listApplicationGrants(database, principal.subjects).filter(({ access }) =>
    access.includes('READ'),
  );
  const readableTargets = new Set(readable.map(({ target }) => `${target.type} ${target.id}`));
  return listApplications(database).filter(({ id, ownerUuid, tags: carried }) => {
    const isGranted =
      readableTargets.has(`APPLICATION ${id}`) ||
      carried.some(({ key, value }) => readableTargets.has(`TAG ${key}:${value}`));
    const granted: Access[] = isGranted ? ['READ'] : [];
    return effectiveAccess(principal, { type: 'APPLICATION', ownerUuid, granted }).has('READ');
  });
}
