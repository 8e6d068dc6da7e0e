import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { listOf } from '../../upstream/reading/list-read.ts';
import {
  isObject,
  keyOf,
  list,
  nothing,
  object,
  optionalText,
  optionalTime,
  text,
} from '../../upstream/reading/shape.ts';

/** An application as the authorization API knows it (contract section 4). */
export interface ApplicationRecord {
  readonly id: string;
  readonly name: string | null;
  /** User ids, lower-cased by those who link to them. */
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  /** Only the list of applications tells tags; null elsewhere. */
  readonly tags: readonly TagRecord[] | null;
}

export interface TagRecord {
  readonly key: string;
  readonly value: string;
}

/** Reads an application; null if there is none. */
export function findApplication(client: RestClient, id: string): Promise<ApplicationRecord | null> {
  return client.find(path`/api/applications/${id}`, readApplication);
}

/** Reads the applications that the caller may read. */
export function listApplications(client: RestClient): Promise<readonly ApplicationRecord[]> {
  return client.get(path`/api/applications`, listOf('applications', readListed));
}

/** Finds the application that has an access key or, where the server tells no more, its id (contract section 21). */
export function findApplicationByKey(
  client: RestClient,
  keyId: string,
): Promise<ApplicationRecord | string | null> {
  return client.find(path`/api/applications/key/${keyId}`, (body) =>
    isObject(body) && 'name' in body ? readApplication(body) : keyOf(body, 'id', 'application'),
  );
}

/** Creates an application and gives its id. */
export function postApplication(client: RestClient, name: string): Promise<string> {
  return client.write(
    'NEVER_REPEATED',
    'POST',
    path`/api/applications`,
    (body) => keyOf(body, 'id', 'application'),
    { name },
  );
}

/** Renames an application. */
export function putApplication(client: RestClient, id: string, name: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/applications/${id}`, nothing, { name });
}

/** Deletes an application with its keys, tags, user and grants. */
export function deleteApplication(client: RestClient, id: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/applications/${id}`, nothing);
}

/** Gives the application's user a role. */
export function addRole(client: RestClient, id: string, roleId: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_MEANING',
    'POST',
    path`/api/applications/${id}/roles/${roleId}`,
    nothing,
  );
}

/** Takes a role from the application's user. */
export function removeRole(client: RestClient, id: string, roleId: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/api/applications/${id}/roles/${roleId}`,
    nothing,
  );
}

/** Reads the tags of an application; an unknown one has none (contract section 6). */
export function listTags(client: RestClient, id: string): Promise<readonly TagRecord[]> {
  return client.get(path`/api/applications/${id}/tags`, readTags);
}

/** Sets tags: the value of a key that is there is replaced, other keys stay (contract section 6). */
export function putTags(client: RestClient, id: string, tags: readonly TagRecord[]): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'PUT',
    path`/api/applications/${id}/tags`,
    nothing,
    tags.map(metadataTag),
  );
}

/** Removes tags, those that match in key and value. */
export function deleteTags(client: RestClient, id: string, tags: readonly TagRecord[]): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/api/applications/${id}/tags`,
    nothing,
    tags.map(metadataTag),
  );
}

function metadataTag({ key, value }: TagRecord): object {
  return { key, value, type: 'METADATA' };
}

function readListed(body: unknown): ApplicationRecord {
  return { ...readApplication(body), tags: isObject(body) ? readTags(body['tags']) : [] };
}

function readApplication(body: unknown): ApplicationRecord {
  const application = object(body, 'application');
  return {
    id: text(application['id'], 'application.id'),
    name: optionalText(application['name'], 'application.name'),
    createdBy: optionalText(application['createdBy'], 'application.createdBy'),
    updatedBy: optionalText(application['updatedBy'], 'application.updatedBy'),
    createdAt: optionalTime(application['createTime'], 'application.createTime'),
    updatedAt: optionalTime(application['updateTime'], 'application.updateTime'),
    tags: null,
  };
}

/** Reads tags, sorted by key. */
function readTags(body: unknown): readonly TagRecord[] {
  const tags = list(body, 'tags', (item) => {
    const tag = object(item, 'tag');
    return { key: text(tag['key'], 'tag.key'), value: optionalText(tag['value'], 'tag.value') ?? '' };
  });
  return tags.sort((a, b) => (a.key < b.key ? -1 : 1));
}
