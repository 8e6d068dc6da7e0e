import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { SYSTEM_ROLES } from '../../src/authapi/policy/system-roles.ts';
import { APPLICATIONS, CUSTOM_ROLES, GROUPS } from '../../src/authapi/seed/organisation.ts';
import { PEOPLE } from '../../src/authapi/seed/people.ts';
import { GRANTS } from '../../src/authapi/seed/sample-grants.ts';
import { loadSampleOrganisation } from '../../src/authapi/seed/seed.ts';
import { listAccessKeys } from '../../src/authapi/store/access-keys.ts';
import { listApplications } from '../../src/authapi/store/applications.ts';
import { type Database, openDatabase } from '../../src/authapi/store/database.ts';
import { listGatewayAuthConfigs } from '../../src/authapi/store/gateway-auth-configs.ts';
import { deleteGroup, listGroups, upsertGroup } from '../../src/authapi/store/groups.ts';
import { listRoles, syncSystemRoles } from '../../src/authapi/store/roles.ts';
import { deleteUser, getUser, listMembers, listUsers } from '../../src/authapi/store/users.ts';

const NOW = Date.UTC(2026, 0, 1);
const open: Database[] = [];
afterEach(() => {
  for (const database of open.splice(0)) database.close();
});

function emptyStore(): Database {
  const database = openDatabase(':memory:');
  open.push(database);
  syncSystemRoles(database, randomUUID);
  return database;
}

function sampleStore(): Database {
  const database = emptyStore();
  expect(loadSampleOrganisation(database, NOW)).toBe('loaded');
  return database;
}

describe('the sample organisation', () => {
  it('has 40 people, 8 groups, 6 applications, custom roles and gateway configs', () => {
    const database = sampleStore();
    expect(listUsers(database, false)).toHaveLength(40);
    expect(listUsers(database, true)).toHaveLength(46);
    expect(listGroups(database).map((group) => group.id)).toEqual([
      'contractors',
      'data',
      'engineering',
      'finance',
      'operations',
      'platform',
      'security',
      'support',
    ]);
    expect(listApplications(database)).toHaveLength(6);
    expect(listRoles(database).filter((role) => role.type === 'custom')).toHaveLength(3);
    expect(listGatewayAuthConfigs(database)).toHaveLength(2);
  });

  it('has an ADMIN, a plain USER and a large group for examples to name', () => {
    const database = sampleStore();
    expect(getUser(database, 'ada@example.com')).toMatchObject({ name: 'Ada Lindqvist', roles: ['ADMIN'] });
    expect(getUser(database, 'sam@example.com')).toMatchObject({ roles: ['USER'], groups: [] });
    expect(listMembers(database, 'engineering').length).toBeGreaterThanOrEqual(12);
  });

  it('names only roles, groups, people and applications that are in it', () => {
    const roles = new Set([...SYSTEM_ROLES, ...CUSTOM_ROLES].map((role) => role.name));
    const names = {
      ROLE: roles,
      GROUP: new Set(GROUPS.map((group) => group.id)),
      USER: new Set(PEOPLE.map((person) => person.login)),
    };
    expect(GRANTS.filter(({ subject: [type, id] }) => !names[type].has(id))).toEqual([]);
    const applications = new Set(APPLICATIONS.map((application) => application.name));
    const onApplications = GRANTS.filter(({ target }) => target[0] === 'APPLICATION');
    expect(onApplications.filter(({ target }) => !applications.has(target[1]))).toEqual([]);
  });

  it('grants on many kinds of target to users, groups and roles, and through tags that are carried', () => {
    expect(new Set(GRANTS.map(({ target }) => target[0])).size).toBeGreaterThanOrEqual(8);
    expect(new Set(GRANTS.map(({ subject }) => subject[0]))).toEqual(new Set(['USER', 'GROUP', 'ROLE']));
    const carried = APPLICATIONS.flatMap(({ tags }) =>
      Object.entries(tags).map(([key, value]) => `${key}:${value}`),
    );
    const granted = GRANTS.filter(({ target }) => target[0] === 'TAG').map(({ target }) => target[1]);
    expect(granted.length).toBeGreaterThan(0);
    expect(granted.filter((tag) => !carried.includes(tag))).toEqual([]);
  });

  it('has the same ids in every store, and times that count back from now', () => {
    const [one, other] = [sampleStore(), sampleStore()];
    const read = (database: Database) => ({
      users: listUsers(database, true).map(({ id, uuid }) => [id, uuid]),
      applications: listApplications(database),
      keys: listApplications(database).flatMap(({ id }) => listAccessKeys(database, id).map((key) => key.id)),
    });
    expect(read(one)).toEqual(read(other));
    expect(listApplications(one).every(({ createTime }) => createTime < NOW)).toBe(true);
  });

  it('has access keys whose secrets differ from store to store', () => {
    const [one, other] = [sampleStore(), sampleStore()];
    const digests = [one, other].map((database) =>
      listApplications(database).flatMap(({ id }) =>
        listAccessKeys(database, id).map((key) => Buffer.from(key.secretDigest).toString('hex')),
      ),
    );
    expect(new Set(digests.flat()).size).toBe(digests.flat().length);
  });

  it('is loaded once: what was deleted since stays deleted', () => {
    const database = sampleStore();
    deleteUser(database, 'sam@example.com');
    deleteGroup(database, 'finance');
    expect(loadSampleOrganisation(database, NOW)).toBe('loaded before');
    expect(listUsers(database, false)).toHaveLength(39);
    expect(listGroups(database)).toHaveLength(7);
  });

  it('does not mix with what others put into the store', () => {
    const database = emptyStore();
    upsertGroup(database, { id: 'engineering', description: 'Ours', roles: [], defaultAccess: {} });
    expect(loadSampleOrganisation(database, NOW)).toBe('store in use');
    expect(listGroups(database).map((group) => group.description)).toEqual(['Ours']);
    expect(listUsers(database, true)).toEqual([]);
  });
});
