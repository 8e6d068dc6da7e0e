import { createWorld, grantsOf, REVISION, roleStoreUser } from './world.ts';

/** A whole answer, head and body, as it goes over the wire. */
export interface Answer {
  readonly bytes: Buffer;
  /** Where in it the eight digits of a revision stand, one place for each record. */
  readonly revisions: readonly number[];
}

/** To a path that does not exist. */
export const unknown = writeAnswer('404 Not Found', { message: 'unknown' });

/** To a call that carries no token: a server that loses tokens shall not look fast. */
export const unauthorized = writeAnswer('401 Unauthorized', { message: 'no token' });

/** Writes the answer to every path of the benchmark's world. */
export function createAnswers(): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  const put = (path: string, body: unknown) => answers.set(path, writeAnswer('200 OK', body));

  const { users, groups, members, workflows } = createWorld(1000);
  const byId = new Map(users.map((user) => [user.id, user]));
  put('/api/users', users);
  put('/api/groups', groups);
  put('/workflow-engine/api/v1/workflows', { count: workflows.length, items: workflows });
  for (const user of users) {
    // Both are correct in a path, and clients differ.
    for (const id of [user.id, encodeURIComponent(user.id)]) {
      put(`/api/users/${id}`, user);
      put(`/api/users/${id}/permissions`, grantsOf(user.id));
    }
    put(`/role-store/api/v1/users/${user.uuid}`, roleStoreUser(user));
  }
  for (const group of groups) {
    put(`/api/groups/${group.id}`, group);
    put(`/api/groups/${group.id}/users`, members.get(group.id)?.map((id) => byId.get(id)) ?? []);
  }
  return answers;
}

function writeAnswer(status: string, body: unknown): Answer {
  const json = JSON.stringify(body);
  const bytes = Buffer.from(
    [
      `HTTP/1.1 ${status}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(json)}`,
      'connection: keep-alive',
      'keep-alive: timeout=600',
      '',
      json,
    ].join('\r\n'),
  );
  const revisions: number[] = [];
  for (let at = bytes.indexOf(REVISION); at >= 0; at = bytes.indexOf(REVISION, at + 1)) {
    revisions.push(at + REVISION.length - 8);
  }
  return { bytes, revisions };
}
