import type { GraphQLResolveInfo } from 'graphql';
import type { Change } from '../changes/journal/change.ts';
import type { ChangeKind } from '../changes/journal/records.ts';
import { fieldsBelow } from '../graph/kit/fields-below.ts';

/** Fields that changes of a kind can change the answer of: whole types, and single fields of others. */
const AFFECTED: Readonly<Record<ChangeKind, RegExp>> = {
  USER: /^(User\.|Subject\.|Role\.holders|Application\.(roles|user)|Group\.members|UserSnapshot\.user)/,
  GROUP: /^(Group\.|Subject\.|Role\.holders|Target\.entity|User\.accessTo)/,
  MEMBERSHIP: /^(User\.(groups|accessTo)|Group\.members)/,
  ROLE: /^(Role\.|Subject\.|(User|Group|Application)\.roles|RoleSnapshot\.role|User\.accessTo)/,
  APPLICATION: /^(Application\.|User\.(application|createdApplications|accessTo)|Target\.entity)/,
  ACCESS_KEY: /^(AccessKey\.|Application\.accessKeys)/,
  GRANT: /^(Grant\.|\w+\.grants|User\.accessTo)/,
  GATEWAY_AUTH_CONFIG: /^(GatewayAuthConfig\.|Application\.gatewayAuthConfigs|Target\.entity)/,
  ROLE_WORKFLOW: /^(RoleWorkflow\.|AccessRequest\.workflow|Role\.workflows)/,
  // What a decision grants shows on users and roles.
  ACCESS_REQUEST:
    /^(AccessRequest\.|User\.(roles|accessTo|\w*[rR]equests|timeBoxedRoles)|Role\.(\w+Requests|holders)|RoleWorkflow\.requests)/,
};

/**
 * Tells of a change whether what is selected below a subscription's field may be another than before. It looks at fields,
 * not at values: a view is read again in vain now and then, never left as it was.
 *
 * @param isAbout whether a change is about the thing itself that the field shows.
 */
export function invalidatedBy(
  info: GraphQLResolveInfo,
  isAbout: (change: Change) => boolean,
): (change: Change) => boolean {
  const { direct, all } = fieldsBelow(info);
  const further = [...all].filter((field) => !direct.has(field) || LINKS.test(field));
  if (further.some((field) => ACCESS.test(field))) return () => true;
  return (change) => isAbout(change) || further.some((field) => AFFECTED[change.kind].test(field));
}

/** Answers about access follow from everything that is kept: any change may be a link of the path to it. */
const ACCESS = /\.(effectivePermissions|accessTo)$/;

/** Fields on the thing itself that are answered from other things. */
const LINKS =
  /\.(grants|accessTo|effectivePermissions|members|holders|createdApplications|accessKeys|gatewayAuthConfigs|entity|\w*[rR]equests|timeBoxedRoles|workflows)$/;
