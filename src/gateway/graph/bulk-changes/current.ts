import type { PlannedChange } from '../../../access/planning/change.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import type { GraphContext } from '../context.ts';
import type { Current } from './write-record.ts';

/**
 * Reads what a change is about to replace as a whole. What was read in this operation, and nothing written since, is
 * not read again; those of one batch are read together.
 *
 * @throws {HttpError} 404, as REST would say it, where roles are to be given to somebody who is not there.
 */
export async function readCurrent(change: PlannedChange, { loaders }: GraphContext): Promise<Current> {
  switch (change.kind) {
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { type, id } = change.holder;
      if (type === 'APPLICATION') return {};
      if (type === 'USER') return { user: (await loaders.users.load(id)) ?? missing('user', id) };
      return { group: (await loaders.groups.load(id)) ?? missing('group', id) };
    }
    case 'UPSERT_USER':
      return change.name === null ? { user: await loaders.users.load(change.id) } : {};
    case 'UPSERT_GROUP':
      return { group: await loaders.groups.load(change.id) };
    case 'UPSERT_ROLE':
      return { role: await loaders.roles.load(change.id) };
    default:
      return {};
  }
}

function missing(what: string, id: string): never {
  throw new HttpError({ status: 404, message: `No ${what} with id ${id}` });
}
