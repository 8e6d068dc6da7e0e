import type { RestClient } from '../../upstream/client/client.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { findGroup, type GroupRecord, listGroups } from './rest.ts';

/** Makes the loader of groups, for one operation. */
export function createGroupLoader(client: RestClient): RecordLoader<GroupRecord> {
  return createRecordLoader(client, {
    kind: 'groups',
    one: (id) => findGroup(client, id),
    all: () => listGroups(client),
  });
}
