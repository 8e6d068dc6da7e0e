import { type CliServer, Refused } from './cli-server.ts';

/** What a writer knows the server said yes to. What was under way when the server died is in none of these. */
export class Ledger {
  /** User id to the last acknowledged name. */
  readonly users = new Map<string, string>();
  readonly deleted = new Set<string>();
  readonly members = new Set<string>();
  readonly granted = new Set<string>();
  /** Users whose record is in one state or the next, because the call that writes it was cut off. */
  readonly unsure = new Set<string>();
  /** Batches sent in one bulk call each, acknowledged or not: a batch is in the group as a whole or not at all. */
  readonly batches: string[][] = [];
  acknowledged = 0;
}

export const GROUP = 'survivors';
export const TARGET = 'WORKFLOW_DEF/durable';

/**
 * Writes users, memberships and grants one after the other until the connection breaks, and enters into the ledger
 * what was acknowledged.
 *
 * @param name tells this writer's users from those of all others.
 * @throws {Refused} the server answered something else than 200.
 */
export async function writeUntilCut(
  server: CliServer,
  token: string,
  name: string,
  ledger: Ledger,
): Promise<void> {
  const call = async (method: string, path: string, body?: unknown) => {
    await server.call(method, path, token, body === undefined ? undefined : JSON.stringify(body));
    ledger.acknowledged += 1;
  };
  let writing: string | undefined;
  const putUser = async (id: string, fullName: string) => {
    writing = id;
    await call('PUT', `/users/${id}`, { name: fullName, roles: ['USER'] });
    writing = undefined;
    ledger.users.set(id, fullName);
  };
  const addMembers = async (ids: string[]) => {
    ledger.batches.push(ids);
    await call('POST', `/groups/${GROUP}/users`, ids);
    for (const id of ids) ledger.members.add(id);
  };
  const grant = async (id: string) => {
    const [type, target] = TARGET.split('/');
    const body = { subject: { type: 'USER', id }, target: { type, id: target }, access: ['READ'] };
    await call('POST', '/auth/authorization', body);
    ledger.granted.add(id);
  };
  const remove = async (id: string) => {
    writing = id;
    await call('DELETE', `/users/${id}`);
    writing = undefined;
    ledger.users.delete(id);
    ledger.deleted.add(id);
  };
  try {
    for (let turn = 0; ; turn += 1) {
      const ids = ['a', 'b', 'c', 'gone'].map((letter) => `${name}-${turn}-${letter}`);
      for (const id of ids) await putUser(id, 'first');
      await addMembers(ids.slice(0, 3));
      for (const id of ids.slice(0, 2)) await grant(id);
      await putUser(ids[0] ?? '', `second ${turn}`);
      await remove(ids[3] ?? '');
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (writing !== undefined) ledger.unsure.add(writing);
  }
}
