import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESSES } from '../../src/authapi/policy/access.ts';
import { openDatabase } from '../../src/authapi/store/database.ts';
import { listGrantsOn } from '../../src/authapi/store/grants.ts';

const MIGRATIONS = new URL('../../src/authapi/store/migrations/', import.meta.url);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolegraph-migrations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a store as the release with this schema version left it. */
function storeOf(version: number, fill: string): string {
  const path = join(folder, `${version}.sqlite`);
  const connection = new DatabaseSync(path);
  connection.exec('CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT');
  connection.function('now_ms', () => 0);
  for (const [index, file] of readdirSync(MIGRATIONS).sort().slice(0, version).entries()) {
    connection.exec(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
    connection.exec(`INSERT INTO schema_version (version) VALUES (${index + 1})`);
  }
  connection.exec(fill);
  connection.close();
  return path;
}

describe('a store in which creators owned definitions by a rule', () => {
  it('opens with what the rule gave as ordinary grants, beside those that were there', () => {
    const path = storeOf(
      4,
      `INSERT INTO users (id, uuid, name, contact_information) VALUES
         ('ann@example.com', 'u1', 'Ann', '{}'), ('bob@example.com', 'u2', 'Bob', '{}');
       INSERT INTO groups (id, description, default_access) VALUES
         ('eng', '', '{"WORKFLOW_DEF":["READ","EXECUTE","READ"],"TASK_DEF":[]}'), ('ops', '', '{"TASK_DEF":["UPDATE"]}'),
         ('sales', '', '{"WORKFLOW_DEF":["DELETE"]}');
       INSERT INTO group_members (group_id, user_id) VALUES
         ('eng', 'ann@example.com'), ('ops', 'ann@example.com'), ('sales', 'bob@example.com');
       INSERT INTO definitions (type, name, owner_uuid) VALUES
         ('WORKFLOW_DEF', 'orders', 'u1'), ('TASK_DEF', 'charge', 'u1'), ('WORKFLOW_SCHEDULE', 'nightly', 'gone');
       INSERT INTO grants (subject_type, subject_id, target_type, target_id, access) VALUES
         ('USER', 'ann@example.com', 'WORKFLOW_DEF', 'orders', 1), ('GROUP', 'eng', 'WORKFLOW_DEF', 'orders', 4),
         ('USER', 'bob@example.com', 'WORKFLOW_DEF', 'orders', 1);`,
    );
    const database = openDatabase(path);
    const ann = { subject: { type: 'USER', id: 'ann@example.com' }, access: ACCESSES };
    expect(listGrantsOn(database, { type: 'WORKFLOW_DEF', id: 'orders' })).toEqual([
      { subject: { type: 'GROUP', id: 'eng' }, access: ['READ', 'UPDATE', 'EXECUTE'] },
      ann,
      { subject: { type: 'USER', id: 'bob@example.com' }, access: ['READ'] },
    ]);
    expect(listGrantsOn(database, { type: 'TASK_DEF', id: 'charge' })).toEqual([
      { subject: { type: 'GROUP', id: 'ops' }, access: ['UPDATE'] },
      ann,
    ]);
    expect(listGrantsOn(database, { type: 'WORKFLOW_SCHEDULE', id: 'nightly' })).toEqual([]);
    expect(database.all('SELECT * FROM definitions ORDER BY name')).toEqual([
      { type: 'TASK_DEF', name: 'charge', created_by: 'ann@example.com' },
      { type: 'WORKFLOW_SCHEDULE', name: 'nightly', created_by: null },
      { type: 'WORKFLOW_DEF', name: 'orders', created_by: 'ann@example.com' },
    ]);
    database.close();
  });
});
