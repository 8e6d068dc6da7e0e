import type { RestClient } from '../../upstream/client/client.ts';
import { LARGEST_PAGE, readRange } from '../../upstream/reading/offset-pages.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { findRoleHolder, listRoleHolders, type RoleHolderRecord } from './role-holders.ts';

/**
 * Makes the loader of what users hold in the engine, for one operation. Of many users it reads the pages of all,
 * unless those are more than the users that are asked about: the first page tells.
 */
export function createRoleHolderLoader(client: RestClient): RecordLoader<RoleHolderRecord> {
  const page = (offset: number, limit: number) => listRoleHolders(client, offset, limit);

  return createRecordLoader(client, {
    kind: 'role-holders',
    one: (key) => findRoleHolder(client, key),
    async all(keys) {
      const { count } = await page(0, LARGEST_PAGE);
      const isWorthwhile = (count ?? 0) <= keys.length * LARGEST_PAGE;
      const { items } = await readRange(page, 0, isWorthwhile ? undefined : LARGEST_PAGE);
      return items.filter((holder) => holder !== null);
    },
  });
}
