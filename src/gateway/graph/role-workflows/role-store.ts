import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { wholeList } from '../../upstream/reading/offset-pages.ts';
import { object, text } from '../../upstream/reading/shape.ts';

/** Asks for the engine's keys of roles, by name (contract section 19). Names that it does not know are missing. */
export function resolveRoleNames(
  client: RestClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return client.ask(
    path`/role-store/api/v1/roles/resolve`,
    (body) => new Map(wholeList(body, 'roles', readKey)),
    names,
  );
}

/** Asks for the engine's key of the user whom the caller's token stands for. */
export function currentUserKey(client: RestClient): Promise<string> {
  return client.get(path`/role-store/api/v1/users/current`, (body) =>
    text(object(body, 'user')['id'], 'user.id'),
  );
}

function readKey(body: unknown): [name: string, id: string] {
  const role = object(body, 'role');
  return [text(role['name'], 'role.name'), text(role['id'], 'role.id')];
}
