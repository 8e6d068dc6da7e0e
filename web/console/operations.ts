import type {
  ChangesSubscription,
  ChangesSubscriptionVariables,
  ExplainQuery,
  ExplainQueryVariables,
  GroupQuery,
  GroupQueryVariables,
  OwnQuery,
  OwnQueryVariables,
  RoleQuery,
  RoleQueryVariables,
  SearchQuery,
  SearchQueryVariables,
  SignInQuery,
  SignInQueryVariables,
  UserQuery,
  UserQueryVariables,
  WhoCanQuery,
  WhoCanQueryVariables,
} from './generated/operations.ts';
import changes from './operations/changes.graphql?raw';
import explain from './operations/explain.graphql?raw';
import group from './operations/group.graphql?raw';
import own from './operations/own.graphql?raw';
import paths from './operations/paths.graphql?raw';
import permissions from './operations/permissions.graphql?raw';
import role from './operations/role.graphql?raw';
import search from './operations/search.graphql?raw';
import signIn from './operations/sign-in.graphql?raw';
import targetName from './operations/target-name.graphql?raw';
import user from './operations/user.graphql?raw';
import whoCan from './operations/who-can.graphql?raw';

/** An operation with the types that codegen made from it. */
export interface Operation<Data, Variables> {
  readonly text: string;
  /** Never there: holds the types. */
  readonly types?: (variables: Variables) => Data;
}

export const SIGN_IN: Operation<SignInQuery, SignInQueryVariables> = { text: signIn };
export const SEARCH: Operation<SearchQuery, SearchQueryVariables> = { text: search };
export const USER: Operation<UserQuery, UserQueryVariables> = {
  text: user + permissions + paths + targetName,
};
export const OWN: Operation<OwnQuery, OwnQueryVariables> = { text: own + targetName };
export const GROUP: Operation<GroupQuery, GroupQueryVariables> = {
  text: group + permissions + paths + targetName,
};
export const ROLE: Operation<RoleQuery, RoleQueryVariables> = {
  text: role + permissions + paths + targetName,
};
export const WHO_CAN: Operation<WhoCanQuery, WhoCanQueryVariables> = { text: whoCan + paths + targetName };
export const EXPLAIN: Operation<ExplainQuery, ExplainQueryVariables> = { text: explain + paths + targetName };
export const CHANGES: Operation<ChangesSubscription, ChangesSubscriptionVariables> = { text: changes };
