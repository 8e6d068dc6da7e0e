import { applicationUserId } from '../../../access/facts/keys.ts';
import { newApplicationName, type PlannedChange } from '../../../access/planning/change.ts';
import { changeOf } from '../../graph/bulk-changes/input.ts';
import type { GraphContext } from '../../graph/context.ts';
import type { MutationApplyAccessChangesArgs } from '../../graph/generated/graphql.ts';
import type { EntityKey, Snapshot } from '../journal/change.ts';
import type { ChangeCapture } from './change-capture.ts';
import { keyOf } from './differences.ts';
import {
  applicationEntityKey,
  grantEntityKey,
  groupEntityKey,
  roleEntityKey,
  userEntityKey,
} from './entity-keys.ts';
import {
  applicationSnapshot,
  snapshotGrant,
  snapshotGroup,
  snapshotMembers,
  snapshotRole,
  snapshotTags,
  snapshotUser,
} from './snapshots.ts';

type Look = (context: GraphContext) => Promise<readonly Snapshot[]>;

/** A thing that a list of changes is about, and how it is looked at. */
type Looked = readonly [thing: EntityKey, look: Look];

/** How the changes that a list of them makes are found. Most of what is looked at before, the list itself has to read. */
export const listCapture: ChangeCapture = {
  things: (args: MutationApplyAccessChangesArgs) => lookedAt(args).map(([thing]) => thing),
  look: async (args: MutationApplyAccessChangesArgs, context) => {
    const looks = lookedAt(args).map(([, look]) => look);
    if (createsApplications(args)) looks.push(snapshotApplications);
    return unique((await Promise.all(looks.map((look) => look(context)))).flat());
  },
  reachesFurther: true,
  isDry: ({ dryRun }: MutationApplyAccessChangesArgs) => dryRun === true,
};

function lookedAt({ items }: MutationApplyAccessChangesArgs): Looked[] {
  return items.map(changeOf).flatMap(looksOf);
}

/** What is about an application that the list itself creates is found with the application, if at all. */
function looksOf(change: PlannedChange): Looked[] {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return isNew(change.target.id) || isNew(change.subject.id)
        ? []
        : [[grantEntityKey(change.subject, change.target), (context) => snapshotGrant(change, context)]];
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return user(change.userId);
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { type, id } = change.holder;
      if (type === 'GROUP') return group(id);
      return user(type === 'USER' ? id : applicationUserId(id));
    }
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return application(change.applicationId);
    case 'UPSERT_USER':
    case 'DELETE_USER':
      return user(change.id);
    case 'DELETE_GROUP':
      return [
        ...group(change.id),
        [groupEntityKey(change.id), (context) => snapshotMembers(change.id, context)],
      ];
    case 'UPSERT_GROUP':
      return group(change.id);
    case 'UPSERT_ROLE':
    case 'DELETE_ROLE':
      return [[roleEntityKey(change.id), (context) => snapshotRole(change.id, context)]];
    case 'RENAME_APPLICATION':
    case 'DELETE_APPLICATION':
      return application(change.id);
    case 'CREATE_APPLICATION':
      return [];
  }
}

function user(id: string): Looked[] {
  return isNew(id) ? [] : [[userEntityKey(id), (context) => snapshotUser(id, context)]];
}

function group(id: string): Looked[] {
  return [[groupEntityKey(id), (context) => snapshotGroup(id, context)]];
}

function application(id: string): Looked[] {
  return isNew(id) ? [] : [[applicationEntityKey(id), (context) => snapshotTags(id, context)]];
}

function isNew(id: string): boolean {
  return newApplicationName(id.replace(/^app:/, '')) !== null;
}

function createsApplications({ items }: MutationApplyAccessChangesArgs): boolean {
  return items.some(({ createApplication }) => createApplication);
}

async function snapshotApplications({ loaders }: GraphContext): Promise<readonly Snapshot[]> {
  return (await loaders.applications.list()).map(applicationSnapshot);
}

function unique(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  return [...new Map(snapshots.map((snapshot) => [keyOf(snapshot), snapshot])).values()];
}
