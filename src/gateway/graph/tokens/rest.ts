import type { RestClient } from '../../upstream/client/client.ts';
import { path, withQuery } from '../../upstream/client/path.ts';
import { isObject, keyOf, list, object, text } from '../../upstream/reading/shape.ts';

/** What signing in takes (contract section 2). */
export interface TokenRequest {
  readonly keyId: string;
  readonly keySecret: string;
  /** Seconds; undefined for the server's own choice. */
  readonly expiration: number | undefined;
}

/** Signs in with an access key. */
export function generateToken(
  client: RestClient,
  body: TokenRequest,
): Promise<{ readonly token: string; readonly expiresInSeconds: number | null }> {
  return client.write(
    'IDEMPOTENT_BY_MEANING',
    'POST',
    path`/api/token`,
    (answer) => {
      const { token: sent, expiresIn } = object(answer, 'token answer');
      const token = text(sent, 'token');
      client.guard.secrets.add(token);
      return {
        token,
        // A token without end has a negative time, which is no time to tell.
        expiresInSeconds: typeof expiresIn === 'number' && expiresIn >= 0 ? expiresIn : null,
      };
    },
    body,
  );
}

/**
 * Reads what the caller's token stands for, as names of its roles, groups and permissions (contract section 2): all that
 * it has may be compared, and nothing else.
 */
export function rightsOfToken(client: RestClient): Promise<ReadonlySet<string>> {
  return client.get(withQuery(path`/api/token/userInfo`, { claims: 'true' }), (body) => {
    const answer = object(body, 'token answer');
    const { id, roles, groups } = object(isObject(answer['user']) ? answer['user'] : answer, 'user');
    text(id, 'user.id');
    return new Set([
      ...rightsOfRoles(roles, 'user.roles'),
      ...list(groups, 'user.groups', (group) => [
        `group ${keyOf(group, 'id', 'user.groups')}`,
        ...(isObject(group) ? rightsOfRoles(group['roles'], 'user.groups.roles') : []),
      ]).flat(),
    ]);
  });
}

function rightsOfRoles(roles: unknown, where: string): string[] {
  return list(roles, where, (role) => [
    `role ${keyOf(role, 'name', where)}`,
    ...(isObject(role)
      ? list(role['permissions'], where, (permission) => `permission ${keyOf(permission, 'name', where)}`)
      : []),
  ]).flat();
}
