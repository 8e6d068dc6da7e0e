import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESSES, type Target } from '../../src/authapi/policy/access.ts';
import { effectiveAccess } from '../../src/authapi/policy/effective-access.ts';
import { accessesOf, maskOf } from '../../src/authapi/store/access-mask.ts';
import { insertApplication } from '../../src/authapi/store/applications.ts';
import { openDatabase } from '../../src/authapi/store/database.ts';
import { grantAccess, listGrantsOf, revokeAccess } from '../../src/authapi/store/grants.ts';
import { rememberIdentities } from '../../src/authapi/store/identities.ts';
import { getPrincipal } from '../../src/authapi/store/principals.ts';
import { deleteRole, insertRole, listRoles, syncSystemRoles } from '../../src/authapi/store/roles.ts';
import { getTargetFacts } from '../../src/authapi/store/target-facts.ts';
import { deleteUser, getUser, upsertUser } from '../../src/authapi/store/users.ts';
import { rememberClaims } from '../../src/authapi/tokens/claims.ts';
import { issueToken } from '../../src/authapi/tokens/issue.ts';
import { newSigningKey } from '../../src/authapi/tokens/signing-key.ts';
import { bearerOf } from '../../src/authapi/tokens/verify.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolegraph-store-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a store on disk', () => {
  it('is for its owner only, logs ahead, syncs fully and checks foreign keys', () => {
    const path = join(folder, 'settings.sqlite');
    const database = openDatabase(path);
    const pragma = (name: string) =>
      Object.values(database.one<Record<string, unknown>>(`PRAGMA ${name}`) ?? {})[0];
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('busy_timeout')).toBe(2000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    database.close();
  });

  it('opens again with what it held, its tables made once', () => {
    const path = join(folder, 'again.sqlite');
    const first = openDatabase(path);
    syncSystemRoles(first, counter());
    const before = listRoles(first);
    const versions = first.all('SELECT version FROM schema_version');
    first.close();
    const second = openDatabase(path);
    syncSystemRoles(second, counter(100));
    expect(listRoles(second)).toEqual(before);
    expect(second.all('SELECT version FROM schema_version')).toEqual(versions);
    second.close();
  });

  it('refuses a schema of a later release', () => {
    const path = join(folder, 'later.sqlite');
    openDatabase(path).close();
    const raw = new DatabaseSync(path);
    raw.exec('INSERT INTO schema_version (version) VALUES (99)');
    raw.close();
    expect(() => openDatabase(path)).toThrow(/schema version 99/);
  });

  it('leaves no write-ahead log behind when it is closed', () => {
    const path = join(folder, 'closed.sqlite');
    const database = openDatabase(path);
    syncSystemRoles(database, counter());
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    database.close();
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when it throws', () => {
    const database = openDatabase(':memory:');
    const work = () => {
      syncSystemRoles(database, counter());
      throw new Error('changed my mind');
    };
    expect(() => database.transaction(work)).toThrow('changed my mind');
    expect(listRoles(database)).toEqual([]);
    expect(database.transaction(() => 'and goes on')).toBe('and goes on');
    database.close();
  });
});

describe('a grant', () => {
  it('packs every set of accesses into a number and back', () => {
    for (let mask = 0; mask < 2 ** ACCESSES.length; mask += 1) expect(maskOf(accessesOf(mask))).toBe(mask);
  });

  it('gathers accesses, gives them up one by one, and goes with the last', () => {
    const database = openDatabase(':memory:');
    const subject = { type: 'GROUP', id: 'ops' } as const;
    const target = { type: 'SCHEMA', id: 'order' } as const;
    grantAccess(database, subject, target, ['READ']);
    grantAccess(database, subject, target, ['EXECUTE', 'READ']);
    expect(listGrantsOf(database, subject)).toEqual([{ target, access: ['READ', 'EXECUTE'] }]);
    revokeAccess(database, subject, target, ['READ', 'DELETE']);
    expect(listGrantsOf(database, subject)).toEqual([{ target, access: ['EXECUTE'] }]);
    revokeAccess(database, subject, target, ['EXECUTE']);
    expect(listGrantsOf(database, subject)).toEqual([]);
    database.close();
  });
});

describe('a name that was deleted and is used again', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const person = (uuid: string, roles: string[] = []) => ({
    id: 'ann@example.com',
    uuid,
    name: 'Ann',
    contactInformation: {},
    applicationId: null,
    roles,
    groups: [],
  });
  const target = { type: 'SCHEMA', id: 'order' } as const;

  it('does not bring back the tokens of a user', async () => {
    const database = openDatabase(':memory:');
    const key = await newSigningKey();
    const facts = { findIdentity: rememberIdentities(database, () => NOW), database };
    upsertUser(database, person('first'));
    const token = await issueToken(key, { id: 'ann@example.com', uuid: 'first', keyId: null }, NOW);
    const claims = await rememberClaims(key)(token, NOW);
    expect(bearerOf(claims, facts, NOW).user.name).toBe('Ann');
    deleteUser(database, 'ann@example.com');
    upsertUser(database, person('second'));
    expect(() => bearerOf(claims, facts, NOW)).toThrow(
      expect.objectContaining({ status: 401, code: 'INVALID_TOKEN' }),
    );
    database.close();
  });

  it('does not bring back what a user owned or was granted', () => {
    const database = openDatabase(':memory:');
    upsertUser(database, person('first'));
    insertApplication(database, {
      id: 'a1',
      name: 'billing',
      ownerUuid: 'first',
      createdBy: 'ann@example.com',
      updatedBy: 'ann@example.com',
      createTime: NOW,
      updateTime: NOW,
    });
    grantAccess(database, { type: 'USER', id: 'ann@example.com' }, target, ['READ']);
    const accessTo = (asked: Target) => {
      const principal = getPrincipal(database, getUser(database, 'ann@example.com'));
      return [...effectiveAccess(principal, getTargetFacts(database, principal, asked))];
    };
    expect(accessTo({ type: 'APPLICATION', id: 'a1' })).toEqual(ACCESSES);
    expect(accessTo(target)).toEqual(['READ']);
    deleteUser(database, 'ann@example.com');
    upsertUser(database, person('second'));
    expect(accessTo({ type: 'APPLICATION', id: 'a1' })).toEqual([]);
    expect(accessTo(target)).toEqual([]);
    database.close();
  });

  it('does not bring back what a role was granted, nor its holders', () => {
    const database = openDatabase(':memory:');
    const role = { id: 'r1', name: 'reviewer', type: 'custom', description: '', permissions: [] } as const;
    insertRole(database, role);
    upsertUser(database, person('first', ['reviewer']));
    grantAccess(database, { type: 'ROLE', id: 'reviewer' }, target, ['READ']);
    deleteRole(database, 'reviewer');
    insertRole(database, { ...role, id: 'r2' });
    expect(getUser(database, 'ann@example.com').roles).toEqual([]);
    expect(listGrantsOf(database, { type: 'ROLE', id: 'reviewer' })).toEqual([]);
    database.close();
  });
});

function counter(start = 0): () => string {
  let next = start;
  return () => {
    next += 1;
    return `id-${next}`;
  };
}
