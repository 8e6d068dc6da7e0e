import { storedUserId } from '../../../access/facts/keys.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { path, withQuery } from '../../upstream/client/path.ts';
import { listOf } from '../../upstream/reading/list-read.ts';
import {
  isObject,
  keyOf,
  list,
  nothing,
  object,
  optionalFlag,
  optionalText,
  text,
  textEntries,
} from '../../upstream/reading/shape.ts';

/** A user as the authorization API knows it (contract section 8). */
export interface UserRecord {
  readonly id: string;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly namespace: string | null;
  readonly isApplicationUser: boolean;
  /** The application that acts as this user; null for people. */
  readonly applicationId: string | null;
  readonly roleIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Pairs of kind and address, sorted by kind. */
  readonly contact: readonly (readonly [kind: string, value: string])[];
}

/** What can be written about a user; what is undefined stays as it is. */
export interface UserBody {
  readonly name: string;
  readonly roles: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly contactInformation: Readonly<Record<string, string>> | undefined;
}

const APPLICATION_USER = 'app:';

/** Tells whether a user id is that of an application's own user (contract section 8). */
export function isApplicationUserId(id: string): boolean {
  return id.startsWith(APPLICATION_USER);
}

/** Gives the id of the user that an application acts as. */
export function applicationUserId(applicationId: string): string {
  return APPLICATION_USER + applicationId;
}

/** Reads a user; null if there is none. */
export function findUser(client: RestClient, id: string): Promise<UserRecord | null> {
  return client.find(path`/api/users/${id}`, readUser);
}

/** Reads all users, or all users and the users of applications. */
export function listUsers(client: RestClient, withApplications: boolean): Promise<readonly UserRecord[]> {
  return client.get(withQuery(path`/api/users`, { apps: String(withApplications) }), readUsers);
}

/** Reads the users of a group; null if there is no such group. */
export function listUsersOfGroup(client: RestClient, groupId: string): Promise<readonly UserRecord[] | null> {
  return client.find(path`/api/groups/${groupId}/users`, readUsers);
}

/** Reads the user that the caller's token stands for (contract section 2). */
export function currentUser(client: RestClient): Promise<UserRecord> {
  return client.get(path`/api/token/userInfo`, (body) =>
    readUser(isObject(body) && isObject(body['user']) ? body['user'] : body),
  );
}

/** Creates a user, or replaces what is given of one. */
export function putUser(client: RestClient, id: string, body: UserBody): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/users/${id}`, nothing, body);
}

/** Deletes a user with its memberships and grants. */
export function deleteUser(client: RestClient, id: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/users/${id}`, nothing);
}

const readUsers = listOf('users', readUser);

function readUser(body: unknown): UserRecord {
  const user = object(body, 'user');
  const id = storedUserId(text(user['id'], 'user.id'));
  const isApplicationUser = optionalFlag(user['applicationUser'], 'user.applicationUser');
  return {
    id,
    name: optionalText(user['name'], 'user.name'),
    uuid: optionalText(user['uuid'], 'user.uuid'),
    namespace: optionalText(user['namespace'], 'user.namespace'),
    isApplicationUser: isApplicationUser ?? isApplicationUserId(id),
    applicationId: isApplicationUserId(id) ? id.slice(APPLICATION_USER.length) : null,
    roleIds: list(user['roles'], 'user.roles', (role) => keyOf(role, 'name', 'user.roles')),
    groupIds: list(user['groups'], 'user.groups', (group) => keyOf(group, 'id', 'user.groups')),
    contact: textEntries(user['contactInformation'], 'user.contactInformation'),
  };
}
