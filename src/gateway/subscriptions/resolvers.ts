import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { storedTarget } from '../../access/facts/keys.ts';
import type { Change } from '../changes/journal/change.ts';
import type { ChangeFeed } from '../changes/journal/feed.ts';
import { changedRef } from '../changes/journal/records.ts';
import { maySee, visibleActor } from '../changes/visibility.ts';
import type { AccessChangeFilter, Resolvers } from '../graph/generated/graphql.ts';
import { listGrantsOn, type SubjectKey, type TargetKey } from '../graph/grants/rest.ts';
import { subjectKey, subjectOf, subjectRef } from '../graph/grants/subject.ts';
import { accessRequestRef, groupRef, targetRef, userRef } from '../graph/references.ts';
import type { OperationContext } from '../operation/context.ts';
import { readRange } from '../upstream/reading/offset-pages.ts';
import { type FilteredEvent, FilteredStream } from './filtered-stream.ts';
import { invalidatedBy } from './invalidation.ts';
import { SkippedEvent } from './source-stream.ts';

/**
 * Subscriptions. `subscribe` gives the changes that may matter, without reading anything; `resolve` reads, for each of
 * them, with the follower's own token and after the change. A follower that may no longer read a live view gets the
 * refusal, and its stream ends.
 */
export const subscriptionResolvers: Resolvers = {
  AccessChange: {
    cursor: ({ place }, _args, { changes }) => feedOf(changes).cursorOf(place),
    at: ({ at }) => new Date(at),
    async actor(change, _args, context) {
      const actor = await visibleActor(change, context);
      return actor === null ? null : userRef(actor);
    },
    subject: ({ subject }) => subject && subjectRef(subject),
    target: ({ target }) => target && targetRef(target.type, target.id),
    before: ({ kind, before }) => before && changedRef(kind, before),
    after: ({ kind, after }) => after && changedRef(kind, after),
  },
  ChangedRecord: { __resolveType: ({ __typename }) => __typename },
  Membership: {
    user: ({ userId }) => userRef(userId),
    group: ({ groupId }) => groupRef(groupId),
  },
  Subscription: {
    accessChanges: {
      subscribe: (_, { filter, after }, context) =>
        new FilteredStream(feedOf(context.changes).follow(after ?? null), wantedBy(filter ?? {})),
      async resolve({ change }: FilteredEvent, _args: unknown, context: OperationContext) {
        if (!(await maySee(change, context))) throw new SkippedEvent();
        return change;
      },
    },
    userUpdated: {
      subscribe: (_, { id }, context, info) =>
        live(context, info, isOf({ type: 'USER', id: userRef(id).id }, null)),
      async resolve(_event: unknown, { id }: { id: string }, { loaders }: OperationContext) {
        const record = await loaders.users.load(userRef(id).id);
        return record && userRef(record.id, record);
      },
    },
    groupUpdated: {
      subscribe: (_, { id }, context, info) =>
        live(context, info, isOf({ type: 'GROUP', id }, { type: 'GROUP', id })),
      async resolve(_event: unknown, { id }: { id: string }, { loaders }: OperationContext) {
        const record = await loaders.groups.load(id);
        return record && groupRef(record.id, record);
      },
    },
    grantsUpdated: {
      subscribe: (_, { target }, context, info) => live(context, info, isOf(null, storedTarget(target))),
      async resolve(_event: unknown, { target }: { target: TargetKey }, { authorization }: OperationContext) {
        await listGrantsOn(authorization, target);
        return targetRef(target.type, target.id);
      },
    },
    accessRequestUpdated: {
      subscribe: (_, { id }, context, info) =>
        live(context, info, (change) => change.kind === 'ACCESS_REQUEST' && change.id === id),
      async resolve(_event: unknown, { id }: { id: string }, { loaders }: OperationContext) {
        const record = await loaders.accessRequests.load(id);
        return record && accessRequestRef(record.id, record);
      },
    },
    accessRequestsToDecide: {
      subscribe: (_, _args, context, info) => live(context, info, decidesWhoDecides),
      async resolve(_event: unknown, _args: unknown, { loaders }: OperationContext) {
        const { items } = await readRange(loaders.accessRequests.pages('active_approvals', null), 0);
        return items.map((request) => accessRequestRef(request.id, request));
      },
    },
  },
};

/** Follows something: an event at once, and one whenever it may have changed. */
function live(
  context: OperationContext,
  info: GraphQLResolveInfo,
  isAbout: (change: Change) => boolean,
): FilteredStream {
  return new FilteredStream(feedOf(context.changes).follow(null), invalidatedBy(info, isAbout), true);
}

function isOf(subject: SubjectKey | null, target: TargetKey | null): (change: Change) => boolean {
  return (change) =>
    (subject !== null && isSame(change.subject, subject)) ||
    (target !== null && isSame(change.target, target));
}

function wantedBy({ subject, target, kinds }: AccessChangeFilter): (change: Change) => boolean {
  const about = subject ? subjectKey(subjectOf(subject)) : null;
  return (change) =>
    (!about || isSame(change.subject, about)) &&
    (!target || isSame(change.target, target)) &&
    (!kinds || kinds.includes(change.kind));
}

function isSame(a: SubjectKey | TargetKey | null, b: SubjectKey | TargetKey): boolean {
  return a !== null && a.type === b.type && a.id === b.id;
}

/** Requests come and go, and who may decide changes with the roles of the follower. */
function decidesWhoDecides({ kind }: Change): boolean {
  return ['ACCESS_REQUEST', 'USER', 'MEMBERSHIP', 'GROUP', 'ROLE'].includes(kind);
}

function feedOf(changes: OperationContext['changes']): ChangeFeed {
  if (changes) return changes.feed;
  throw new GraphQLError('Changes cannot be followed here. Set `changes` (ROLEGRAPH_CHANGES) to keep them.', {
    extensions: { code: 'CHANGES_NOT_KEPT' },
  });
}
