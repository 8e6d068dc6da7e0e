import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { OperationContext } from '../context.ts';
import type { AccessChangeFilter, Resolvers } from '../generated/graphql.ts';
import { listGrantsOn, type SubjectKey, type TargetKey } from '../grants/rest.ts';
import { subjectKey, subjectOf, subjectRef } from '../grants/subject.ts';
import { accessRequestRef, groupRef, targetRef, userRef } from '../references.ts';
import { readRange } from '../upstream/offset-pages.ts';
import type { Change, JournaledChange } from './change.ts';
import { EventStream } from './event-stream.ts';
import type { ChangeFeed } from './feed.ts';
import { changedRef } from './records.ts';
import { relevanceOf } from './relevance.ts';
import { maySee } from './visibility.ts';

/**
 * Subscriptions. `subscribe` gives an {@link EventStream} of source events, for which everything was read with a context
 * of its own, made by `context.next` and thus with the follower's own token; `resolve` is to be given another one for
 * each event, since the fields below read as well. Events of live views are to be passed through `LiveAnswers`.
 */
export const subscriptionResolvers: Resolvers = {
  AccessChange: {
    cursor: ({ place }, _args, { changes }) => feedOf(changes).cursorOf(place),
    at: ({ at }) => new Date(at),
    actor: ({ actor }) => (actor === null ? null : userRef(actor)),
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
      subscribe(_, { filter, after }, context) {
        const isWanted = wantedBy(filter ?? {});
        const changes = feedOf(context.changes).follow(after ?? null);
        return new EventStream(changes, null, async (change, whenClientLeaves) =>
          isWanted(change) && (await maySee(change, context.next(whenClientLeaves))) ? change : undefined,
        );
      },
      resolve: (change: JournaledChange) => change,
    },
    userUpdated: {
      subscribe: (_, { id }, context, info) => {
        const user = userRef(id);
        return live(context, info, isOf({ type: 'USER', id: user.id }, null), async ({ loaders }) => {
          const record = await loaders.users.load(user.id);
          return record && userRef(record.id, record);
        });
      },
      resolve: shown,
    },
    groupUpdated: {
      subscribe: (_, { id }, context, info) =>
        live(context, info, isOf({ type: 'GROUP', id }, { type: 'GROUP', id }), async ({ loaders }) => {
          const record = await loaders.groups.load(id);
          return record && groupRef(record.id, record);
        }),
      resolve: shown,
    },
    grantsUpdated: {
      subscribe: (_, { target }, context, info) =>
        live(context, info, isOf(null, target), async ({ authorization }) => {
          await listGrantsOn(authorization, target);
          return targetRef(target.type, target.id);
        }),
      resolve: shown,
    },
    accessRequestUpdated: {
      subscribe: (_, { id }, context, info) =>
        live(
          context,
          info,
          (change) => change.kind === 'ACCESS_REQUEST' && change.id === id,
          async ({ loaders }) => {
            const record = await loaders.accessRequests.load(id);
            return record && accessRequestRef(record.id, record);
          },
        ),
      resolve: shown,
    },
    accessRequestsToDecide: {
      subscribe: (_, _args, context, info) =>
        live(context, info, decidesWhoDecides, async ({ loaders }) => {
          const { items } = await readRange(loaders.accessRequests.pages('active_approvals', null), 0);
          return items.map((request) => accessRequestRef(request.id, request));
        }),
      resolve: shown,
    },
  },
};

/** What a live view shows, wrapped: graphql takes a source event of null for none. */
interface Shown<V> {
  readonly value: V;
}

function shown<V>({ value }: Shown<V>): V {
  return value;
}

/**
 * Follows something: an event at once, and one whenever it may have changed. A follower that may no longer read it gets
 * the refusal, and the stream ends.
 */
function live<V>(
  context: OperationContext,
  info: GraphQLResolveInfo,
  isAbout: (change: Change) => boolean,
  read: (context: OperationContext) => Promise<V>,
): EventStream<Shown<V>> {
  const isRelevant = relevanceOf(info, isAbout);
  const show = async (whenClientLeaves: (leave: () => void) => void) => ({
    value: await read(context.next(whenClientLeaves)),
  });
  return new EventStream(feedOf(context.changes).follow(null), show, async (change, whenClientLeaves) =>
    isRelevant(change) ? show(whenClientLeaves) : undefined,
  );
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
