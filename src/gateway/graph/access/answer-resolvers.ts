import { csvOf } from '../../../access/review/csv.ts';
import { findingInWords } from '../../../access/review/in-words.ts';
import { findingKey } from '../../../access/review/review.ts';
import { findAccessKeys } from '../applications/access-keys.ts';
import { changeOf } from '../bulk-changes/input.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { subjectKey, subjectOf, subjectRef } from '../grants/subject.ts';
import { tagOf } from '../grants/tag.ts';
import { pageOf } from '../kit/connection.ts';
import { enumValues } from '../kit/enum-value.ts';
import { roleRef, targetRef, userRef } from '../references.ts';
import { comparisonOf, hiddenFromComparison } from './comparison.ts';
import { gatherReview } from './review.ts';
import { taggersAfter } from './tagging.ts';
import { warningsOf } from './warnings.ts';
import { gatherWhatIf, hiddenFromWhatIf } from './what-if.ts';

/** Comparisons, proposed changes, and reviews. */
export const answerResolvers: Resolvers = {
  AccessComparison: {
    changes: ({ likening }) => likening.changes,
    isEnough: ({ likening }) => likening.isEnough,
    isSmallest: ({ likening }) => likening.isSmallest,
    isComplete: async (comparison, _args, context) =>
      (await hiddenFromComparison(comparison, context)).size === 0,
    warnings: async (comparison, _args, context) =>
      warningsOf(await hiddenFromComparison(comparison, context)),
  },
  WhatIf: {
    differences({ differences }, page) {
      const keyed = differences.map((difference) => ({ id: difference.userId, difference }));
      return pageOf(keyed, page, ({ difference }) => difference);
    },
    taggableBy: (whatIf, _args, context) => taggersAfter(whatIf, context),
    isComplete: async (whatIf, _args, context) => (await hiddenFromWhatIf(whatIf, context)).size === 0,
    warnings: async (whatIf, _args, context) => warningsOf(await hiddenFromWhatIf(whatIf, context)),
  },
  AccessDifference: { user: ({ userId }) => userRef(userId) },
  AccessReview: {
    findings({ findings }, page) {
      const keyed = findings.map((finding) => ({ id: findingKey(finding), finding }));
      return pageOf(keyed, page, ({ finding }) => finding);
    },
    csv: ({ findings }) => csvOf(findings),
    isComplete: ({ hidden }) => hidden.size === 0,
    warnings: ({ hidden }) => warningsOf(hidden),
  },
  AccessFinding: {
    summary: (finding) => findingInWords(finding),
    subject: ({ subject }) => subjectRef(subject),
    target: ({ target }) => target && targetRef(target.type, target.id),
    access: ({ access }, _args, _context, info) => enumValues(access, info),
    tags: ({ tags }) => tags.map((tag) => tagOf(tag)),
    role: ({ roleId }) => (roleId === null ? null : roleRef(roleId)),
    async accessKey({ key }, _args, { authorization }) {
      const keys = key && (await findAccessKeys(authorization, key.applicationId));
      return keys?.find(({ id }) => id === key?.id) ?? null;
    },
    paths: ({ reaches }) => reaches,
  },
  Query: {
    compare: (_, { a, b }, context) =>
      comparisonOf(subjectKey(subjectOf(a)), subjectKey(subjectOf(b)), context),
    whatIf: (_, { changes }, context) => gatherWhatIf(changes.map(changeOf), context),
    accessReview: (_, args, context) => gatherReview(args, context),
  },
};
