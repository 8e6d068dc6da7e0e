import type { RestClient } from '../../upstream/client/client.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { type ApplicationRecord, findApplication, listApplications } from './rest.ts';

/** Makes the loader of applications, as far as the caller may read them, for one operation. */
export function createApplicationLoader(client: RestClient): RecordLoader<ApplicationRecord> {
  return createRecordLoader(client, {
    kind: 'applications',
    one: (id) => findApplication(client, id),
    all: () => listApplications(client),
  });
}
