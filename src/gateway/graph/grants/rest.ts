import { storedTarget, storedUserId } from '../../../access/facts/keys.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { path, withQuery } from '../../upstream/client/path.ts';
import { ShapeError } from '../../upstream/errors/shape-error.ts';
import {
  entries,
  list,
  nothing,
  object,
  optionalFlag,
  optionalText,
  ownItems,
  text,
} from '../../upstream/reading/shape.ts';

/** The kinds of subject that grants know (contract section 11). */
export type SubjectType = 'USER' | 'GROUP' | 'ROLE';

export interface SubjectKey {
  readonly type: SubjectType;
  readonly id: string;
}

export interface TargetKey {
  /** One of the 26 of contract section 11, or one of a later version. */
  readonly type: string;
  readonly id: string;
}

/** Who may do what on which target. */
export interface GrantRecord {
  readonly subject: SubjectKey;
  readonly target: TargetKey;
  readonly access: readonly string[];
  /** The tag, as `key:value`, through which the grant reaches its target; null for a direct one. */
  readonly viaTag: string | null;
}

/** Reads the grants of a user or a group itself, not what it has through others; null if there is none such. */
export function findGrantsOf(
  client: RestClient,
  subject: SubjectKey,
): Promise<readonly GrantRecord[] | null> {
  switch (subject.type) {
    case 'USER':
      return client.find(path`/api/users/${subject.id}/permissions`, (body) => readGranted(body, subject));
    case 'GROUP':
      return client.find(path`/api/groups/${subject.id}/permissions`, (body) => readGranted(body, subject));
    case 'ROLE':
      return client.getOptional(path`/api/auth/subjects/ROLE/${subject.id}/grants`, (body) =>
        readEntries(body, subject),
      );
  }
}

/** Reads the grants of a user as that user: a call that not every server has. */
export function listOwnGrants(client: RestClient, userId: string): Promise<readonly GrantRecord[]> {
  const subject = { type: 'USER' as const, id: userId };
  return client.getOptional(path`/api/auth/subjects/USER/${userId}/grants`, (body) =>
    readEntries(body, subject),
  );
}

/** Reads the direct grants on a target. An unknown target has none. */
export function listGrantsOn(client: RestClient, target: TargetKey): Promise<readonly GrantRecord[]> {
  const onTarget = path`/api/auth/authorization/${target.type}/${target.id}`;
  return client.get(withQuery(onTarget, { groupBy: 'subject' }), (body) =>
    entries(body, 'grants').map(([key, access]) => ({
      subject: readSubjectKey(key),
      target,
      access: readAccess(access),
      viaTag: null,
    })),
  );
}

/** Asks what a user may do on a target in the end, by whatever way. Null if there is no such user. */
export function checkPermissions(
  client: RestClient,
  userId: string,
  target: TargetKey,
): Promise<readonly string[] | null> {
  return client.find(withQuery(path`/api/users/${userId}/checkPermissions`, { ...target }), (body) => {
    const answers = entries(body, 'permissions');
    // Contract section 21: a missing key is false. Where all are missing nothing was answered.
    if (answers.length === 0) throw new ShapeError('an access at permissions');
    return answers.flatMap(([access, may]) => (optionalFlag(may, 'permissions') ? [access] : []));
  });
}

/** Grants access; what is granted already stays. */
export function grant(client: RestClient, body: Omit<GrantRecord, 'viaTag'>): Promise<void> {
  return client.write('IDEMPOTENT_BY_MEANING', 'POST', path`/api/auth/authorization`, nothing, body);
}

/** Takes granted access back; what was not granted stays so. */
export function revoke(client: RestClient, body: Omit<GrantRecord, 'viaTag'>): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/auth/authorization`, nothing, body);
}

function readGranted(body: unknown, subject: SubjectKey): readonly GrantRecord[] {
  return readEntries(ownItems(object(body, 'permissions')['grantedAccess'], 'grantedAccess'), subject);
}

function readEntries(body: unknown, subject: SubjectKey): readonly GrantRecord[] {
  return list(body, 'grants', (item) => {
    const granted = object(item, 'grant');
    const target = object(granted['target'], 'grant.target');
    return {
      subject,
      target: storedTarget({
        type: text(target['type'], 'grant.target.type'),
        id: text(target['id'], 'grant.target.id'),
      }),
      access: readAccess(granted['access']),
      viaTag: optionalText(granted['tag'], 'grant.tag') || null,
    };
  });
}

function readAccess(body: unknown): string[] {
  return list(body, 'grant.access', (access) => text(access, 'grant.access'));
}

/** Contract section 11: `<TYPE>:<id>`, split at the first colon, for ids have colons too. */
function readSubjectKey(key: string): SubjectKey {
  const colon = key.indexOf(':');
  const type = key.slice(0, colon).toUpperCase();
  if (type === 'USER' || type === 'GROUP' || type === 'ROLE') {
    const id = text(key.slice(colon + 1), 'grant.subject');
    return { type, id: type === 'USER' ? storedUserId(id) : id };
  }
  // Leaving the grant out would hide a right from those who review rights.
  throw new ShapeError('a user, group or role at grant.subject');
}
