import type { FastifyReply } from 'fastify';
import type { Database } from '../store/database.ts';
import { type DirectoryArea, DirectoryMemory } from '../store/directory-memory.ts';

/** Written answers by what they show and by a key of their own. They are the same for everybody who may read them. */
export type PreparedAnswers = Readonly<Record<DirectoryArea, DirectoryMemory<Uint8Array>>>;

/** How many bytes of answers are kept, by what they show: users are listed once as a whole and once per group. */
const CAPACITY: Readonly<Record<DirectoryArea, number>> = {
  users: 256 * 1024 * 1024,
  groups: 64 * 1024 * 1024,
  roles: 16 * 1024 * 1024,
};

/** Makes room for the answers of one store. */
export function prepareAnswers(database: Database, now: () => number): PreparedAnswers {
  const memoryOf = (area: DirectoryArea) =>
    new DirectoryMemory<Uint8Array>(database, now, area, CAPACITY[area], (bytes) => bytes.byteLength);
  return { users: memoryOf('users'), groups: memoryOf('groups'), roles: memoryOf('roles') };
}

/** Sends a list as it was written before or, where what it shows has changed since, as `list` has it now. */
export function sendPrepared(
  reply: FastifyReply,
  memory: DirectoryMemory<Uint8Array>,
  key: string,
  list: () => unknown,
): FastifyReply {
  const bytes = memory.recall(key, () => Buffer.from(JSON.stringify(list())));
  return reply.type('application/json; charset=utf-8').send(bytes);
}
