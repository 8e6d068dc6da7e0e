import type { RestClient } from '../../upstream/client/client.ts';
import { type ReadPage, readRange } from '../../upstream/reading/offset-pages.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { findWorkflow, listWorkflows, type RoleWorkflowRecord } from './rest.ts';

/** How one operation reads role workflows. */
export interface RoleWorkflowLoader extends RecordLoader<RoleWorkflowRecord> {
  /** Gives a page of the list, and keeps its workflows for those who ask by id. */
  readonly page: ReadPage<RoleWorkflowRecord>;
}

/** Makes the loader of role workflows, for one operation. */
export function createRoleWorkflowLoader(client: RestClient): RoleWorkflowLoader {
  const records = createRecordLoader(client, {
    kind: 'role-workflows',
    one: (id) => findWorkflow(client, id),
    all: async () => (await readRange((offset, limit) => listWorkflows(client, offset, limit), 0)).items,
  });

  return {
    ...records,
    async page(offset, limit) {
      const page = await listWorkflows(client, offset, limit);
      records.prime(page.items);
      return page;
    },
  };
}
