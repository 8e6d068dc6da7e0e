import { mermaidOf } from '../../../access/answers/mermaid.ts';
import { storedTarget, type TargetKey } from '../../../access/facts/keys.ts';
import { typeOf } from '../../../access/facts/scope.ts';
import type { GraphContext } from '../context.ts';
import type { EffectivePermissionFilter, Resolvers } from '../generated/graphql.ts';
import { subjectKey, subjectRef } from '../grants/subject.ts';
import type { PageArguments } from '../kit/connection.ts';
import { enumValueOrNull, enumValues } from '../kit/enum-value.ts';
import { badUserInput } from '../kit/errors.ts';
import { groupRef, type SubjectRef, targetRef, userRef } from '../references.ts';
import { applicationUserId } from '../users/rest.ts';
import { decisionOf, explanationOf, upstreamDecision } from './explanation.ts';
import { holderPage, holdersOf } from './holders.ts';
import { warningsOfCheck, withUnknownTarget } from './known-target.ts';
import { pendingAccess } from './pending-access.ts';
import { hiddenFrom, permissionList } from './permission-list.ts';
import { taggersFor } from './tagging.ts';
import { warningsOf } from './warnings.ts';

const MOST_CHECKS = 100;

/** Who can do what, and why: the questions that no REST call answers. */
export const accessResolvers: Resolvers = {
  User: { effectivePermissions: permissionsOf },
  Group: { effectivePermissions: permissionsOf },
  Role: { effectivePermissions: permissionsOf },
  Application: {
    effectivePermissions: ({ id }, args, context) =>
      permissionsOf(userRef(applicationUserId(id)), args, context),
  },
  EffectivePermission: {
    scope: ({ scope }) => scope.kind,
    target: ({ scope }) => (scope.kind === 'TARGET' ? linkTo(scope.target) : null),
    targetType: ({ scope }, _args, _context, info) => enumValueOrNull(typeOf(scope), info),
    rawTargetType: ({ scope }) => typeOf(scope),
    group: ({ scope }) => (scope.kind === 'CREATED_BY_MEMBERS' ? groupRef(scope.groupId) : null),
    access: ({ access }, _args, _context, info) => enumValues(access, info),
    paths: ({ reaches }, { access }) =>
      access ? reaches.filter((reach) => reach.access.includes(access)) : reaches,
  },
  EffectivePermissionConnection: {
    pending: (list, _args, context) => pendingAccess(list, context),
    isComplete: async (list, _args, context) => (await hiddenFrom(list, context)).size === 0,
    warnings: async (list, _args, context) => warningsOf(await hiddenFrom(list, context)),
  },
  AccessHolders: {
    target: ({ target }) => linkTo(target),
    people: (holders, page) => holderPage(holders, 'people', page),
    applications: (holders, page) => holderPage(holders, 'applications', page),
    groups: (holders, page) => holderPage(holders, 'groups', page),
    roles: (holders, page) => holderPage(holders, 'roles', page),
    isComplete: ({ hidden }) => hidden.size === 0,
    warnings: async ({ hidden, target, facts }, _args, context) =>
      warningsOf(await withUnknownTarget(hidden, target, facts, context)),
  },
  AccessHolder: {
    subject: ({ subject }) => subjectRef(subject),
    paths: ({ reaches }) => reaches,
  },
  AccessExplanation: {
    user: ({ userId }) => userRef(userId),
    target: ({ target }) => linkTo(target),
    decision: (explanation) => decisionOf(explanation),
    paths: ({ reaches }) => reaches,
    upstreamDecision: (explanation, _args, context) => upstreamDecision(explanation, context),
    async agreesWithUpstream(explanation, _args, context) {
      const decision = await upstreamDecision(explanation, context);
      return decision && decision === decisionOf(explanation);
    },
    isComplete: ({ hidden }) => hidden.size === 0,
    warnings: async ({ hidden, target, facts }, _args, context) =>
      warningsOf(await withUnknownTarget(hidden, target, facts, context)),
    mermaid: (explanation) => mermaidOf(explanation),
    taggableBy: (explanation, _args, context) => taggersFor(explanation, context),
  },
  MissingLink: { step: ({ missing }) => missing, steps: ({ path }) => path },
  AccessCheck: {
    user: ({ userId }) => userRef(userId),
    target: ({ target }) => linkTo(target),
    async isAllowed(check, _args, context) {
      const decision = await upstreamDecision(check, context);
      return decision && decision === 'ALLOW';
    },
    warnings: async ({ target }, _args, context) => warningsOf(await warningsOfCheck(target, context)),
  },
  Query: {
    whoCan: (_, { target, access }, context) => holdersOf(storedTarget(target), access, context),
    explain: (_, { user, target, access }, context) =>
      explanationOf(userRef(user).id, storedTarget(target), access, context),
    can(_, { checks }) {
      if (checks.length > MOST_CHECKS) {
        throw badUserInput(`Ask at most ${MOST_CHECKS} questions at once; these are ${checks.length}.`);
      }
      return checks.map(({ user, target, access }) => ({
        userId: userRef(user).id,
        target: storedTarget(target),
        access,
      }));
    },
  },
};

type ListArguments = PageArguments & { readonly filter?: EffectivePermissionFilter | null };

function permissionsOf(subject: SubjectRef, args: ListArguments, context: GraphContext) {
  return permissionList(subjectKey(subject), args, context);
}

function linkTo({ type, id }: TargetKey) {
  return targetRef(type, id);
}
