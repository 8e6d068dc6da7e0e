import { describe, expect, it } from 'vitest';
import { ACCESSES, type Access, type TargetType } from '../../src/authapi/policy/access.ts';
import {
  type Action,
  can,
  canAccess,
  canCreateGranted,
  canGiveApplicationRole,
  canReadGrantsOf,
  canShare,
  type Decision,
} from '../../src/authapi/policy/can.ts';
import { effectiveAccess } from '../../src/authapi/policy/effective-access.ts';
import {
  findPermission,
  isOnOffer,
  permissionsOnOffer,
  type RoleRule,
  resolvePermissions,
} from '../../src/authapi/policy/permissions.ts';
import { type Principal, principalOf } from '../../src/authapi/policy/principal.ts';
import { mixesReadOnly, SYSTEM_ROLES } from '../../src/authapi/policy/system-roles.ts';

const SYSTEM_NAMES = SYSTEM_ROLES.map((role) => role.name);

/** Contract section 3, "System roles", word for word. */
const SYSTEM_TABLE: Record<string, string> = {
  ADMIN:
    'ADMIN_MANAGEMENT, API_GATEWAY_MANAGEMENT, API_GATEWAY_VIEW, APPLICATION_MANAGEMENT, AUTHORIZATION_MANAGEMENT, BULK_MANAGEMENT, EVENT_HANDLER_MANAGEMENT, METADATA_MANAGEMENT, METADATA_VIEW, PERMISSION_MANAGEMENT, PROMPT_MANAGEMENT, PUBLISHER_MANAGEMENT, SCHEDULE_MANAGEMENT, USER_MANAGEMENT, WORKFLOW_MANAGEMENT, WORKFLOW_SEARCH',
  USER: 'API_GATEWAY_MANAGEMENT, API_GATEWAY_VIEW, CREATE_APPLICATION, CREATE_INTEGRATION, CREATE_SECRET, CREATE_TASK_DEF, CREATE_USER_FORM_TEMPLATE, CREATE_WORKFLOW_DEF, WORKFLOW_SEARCH',
  METADATA_MANAGER:
    'API_GATEWAY_MANAGEMENT, API_GATEWAY_VIEW, CREATE_INTEGRATION, CREATE_SECRET, METADATA_MANAGEMENT, METADATA_VIEW',
  METADATA_API: 'CREATE_TASK_DEF, CREATE_USER_FORM_TEMPLATE, CREATE_WORKFLOW_DEF',
  WORKER: '',
  WORKFLOW_MANAGER: 'WORKFLOW_MANAGEMENT, WORKFLOW_SEARCH, METADATA_VIEW',
  UNRESTRICTED_WORKER: '',
  APPLICATION_CREATOR: 'CREATE_APPLICATION',
  APPLICATION_MANAGER: 'APPLICATION_MANAGEMENT, API_GATEWAY_MANAGEMENT, API_GATEWAY_VIEW',
  USER_READ_ONLY: 'METADATA_VIEW, API_GATEWAY_VIEW, WORKFLOW_SEARCH',
  PROMPT_MANAGER: 'PROMPT_MANAGEMENT',
};

/** Which system roles may do what without a record in mind: contract section 3, "Who may call". */
const HOLDERS: Record<Action, readonly string[]> = {
  readUsers: ['ADMIN'],
  writeUsers: ['ADMIN'],
  readGroups: ['ADMIN'],
  writeGroups: ['ADMIN'],
  readMembers: ['ADMIN'],
  writeRoles: ['ADMIN'],
  revokeAllGrants: ['ADMIN'],
  createApplications: ['ADMIN', 'USER', 'APPLICATION_CREATOR', 'APPLICATION_MANAGER'],
  createWorkflowDefs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'METADATA_API'],
  createTaskDefs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'METADATA_API'],
  createSchedules: ['ADMIN'],
  readGatewayConfigs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'APPLICATION_MANAGER', 'USER_READ_ONLY'],
  createGatewayConfigs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'APPLICATION_MANAGER'],
  updateGatewayConfigs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'APPLICATION_MANAGER'],
  deleteGatewayConfigs: ['ADMIN', 'USER', 'METADATA_MANAGER', 'APPLICATION_MANAGER'],
  readWorkflows: ['ADMIN'],
  writeWorkflows: ['ADMIN'],
  readAllRequests: ['ADMIN'],
  requestOnBehalf: ['ADMIN'],
};
const ACTIONS = Object.keys(HOLDERS) as Action[];

/** What permissions of custom roles open, each alone. */
const OPENED_BY: Record<string, readonly Action[]> = {
  READ_USER: ['readUsers'],
  READ_GROUP: ['readGroups'],
  'READ_GROUP READ_USER': ['readUsers', 'readGroups', 'readMembers'],
  READ_ROLE: [],
  READ_APPLICATION: [],
  CREATE_APPLICATION: ['createApplications'],
  CREATE_WORKFLOW_DEF: ['createWorkflowDefs'],
  CREATE_TASK_DEF: ['createTaskDefs'],
  CREATE_WORKFLOW_SCHEDULE: ['createSchedules'],
  READ_AUTH_CONFIG: ['readGatewayConfigs'],
  CREATE_AUTH_CONFIG: ['createGatewayConfigs'],
  UPDATE_AUTH_CONFIG: ['readGatewayConfigs', 'updateGatewayConfigs'],
  DELETE_AUTH_CONFIG: ['readGatewayConfigs', 'deleteGatewayConfigs'],
  'workflows-view': ['readWorkflows'],
  'workflows-manage': ['readWorkflows', 'writeWorkflows'],
  'workflows-requests': [],
  'workflows-requests-on-behalf': ['requestOnBehalf'],
  'requests-view': ['readAllRequests'],
};

describe('system roles', () => {
  it.each(Object.entries(SYSTEM_TABLE))('%s holds the permissions of the contract', (name, permissions) => {
    expect(systemRole(name).permissions.toSorted()).toEqual(
      permissions.split(', ').filter(Boolean).toSorted(),
    );
  });

  it('are eleven', () => {
    expect(SYSTEM_NAMES.toSorted()).toEqual(Object.keys(SYSTEM_TABLE).toSorted());
  });

  it.each([
    [['USER_READ_ONLY'], false],
    [['USER_READ_ONLY', 'USER_READ_ONLY'], false],
    [['USER_READ_ONLY', 'USER'], true],
    [['USER', 'WORKER'], false],
    [[], false],
  ])('%j mixes USER_READ_ONLY with others: %s', (roles, expected) => {
    expect(mixesReadOnly(roles)).toBe(expected);
  });
});

describe('who may do what as such', () => {
  const cases = ACTIONS.flatMap((action) => SYSTEM_NAMES.map((role) => ({ role, action })));

  it.each(cases)('$role · $action', ({ role, action }) => {
    expect(can(holding(role), action).allowed).toBe(HOLDERS[action].includes(role));
  });

  it('refuses a principal without roles everything', () => {
    expect(ACTIONS.filter((action) => can(holding(), action).allowed)).toEqual([]);
  });

  it.each(Object.entries(OPENED_BY))('a custom role with %s opens %j and nothing else', (names, opened) => {
    const principal = principalWith([custom(...names.split(' '))]);
    expect(ACTIONS.filter((action) => can(principal, action).allowed).toSorted()).toEqual(opened.toSorted());
  });

  it('says who was refused what, and what it takes', () => {
    expect(reasonOf(can(holding('USER'), 'writeGroups'))).toBe(
      'ann@example.com may not change groups and their members: that takes the role ADMIN',
    );
    expect(reasonOf(can(holding('WORKER'), 'readMembers'))).toBe(
      'ann@example.com may not read the members of groups: that takes the role ADMIN, or the permissions READ_GROUP and READ_USER',
    );
  });

  it('counts the roles of groups like own ones', () => {
    const role = systemRole('ADMIN');
    const principal = principalOf({ id: 'ann@example.com', uuid: 'u1', groups: ['admins'] }, [role]);
    expect(can(principal, 'writeUsers').allowed).toBe(true);
    expect(principal.subjects).toEqual([
      { type: 'USER', id: 'ann@example.com' },
      { type: 'GROUP', id: 'admins' },
      { type: 'ROLE', id: 'ADMIN' },
    ]);
  });
});

describe('permissions of custom roles', () => {
  it.each([
    ['READ_SCHEMA', []],
    ['CREATE_SCHEMA', []],
    ['UPDATE_SCHEMA', ['READ_SCHEMA']],
    ['DELETE_SCHEMA', ['READ_SCHEMA']],
    ['EXECUTE_TASK_DEF', ['READ_TASK_DEF']],
  ])('%s implies %j, beside what every custom role carries', (name, implied) => {
    expect(resolvePermissions(custom(name)).toSorted()).toEqual(
      [name, ...implied, 'CREATE_EVENT_HANDLER', 'CREATE_USER_FORM_TEMPLATE'].toSorted(),
    );
  });

  it('imply nothing and carry nothing in system roles that have none', () => {
    expect(resolvePermissions(systemRole('WORKER'))).toEqual([]);
  });

  it('are all known by the name under which they are offered', () => {
    const offered = Object.values(permissionsOnOffer()).flat();
    expect(offered).toContain('EXECUTE_WORKFLOW_DEF');
    expect(offered.filter((name) => !isOnOffer(name))).toEqual([]);
  });

  it.each([
    'workflow-read',
    'EXECUTE_SECRET',
    'UPDATE_USER',
    'ADMIN_MANAGEMENT',
    '__proto__',
    '',
  ])('do not include %j', (name) => {
    expect(findPermission(name)).toBeNull();
  });
});

describe('effective access to one target', () => {
  it.each([
    ['nobody in particular', holding(), 'APPLICATION', null, [], []],
    ['an ADMIN', holding('ADMIN'), 'WEBHOOK', null, [], ACCESSES],
    ['its creator', holding(), 'APPLICATION', 'u1', [], ACCESSES],
    ['a namesake of its creator', holding('USER'), 'APPLICATION', 'u0', [], []],
    [
      'an APPLICATION_MANAGER, of applications',
      holding('APPLICATION_MANAGER'),
      'APPLICATION',
      'u0',
      [],
      ACCESSES,
    ],
    ['an APPLICATION_MANAGER, of the rest', holding('APPLICATION_MANAGER'), 'SCHEMA', null, [], []],
    ['a holder of grants', holding('USER'), 'TASK_DEF', null, ['READ', 'CREATE'], ['READ', 'CREATE']],
    ['a grant of UPDATE, which implies nothing', holding(), 'TASK_DEF', null, ['UPDATE'], ['UPDATE']],
    ['UPDATE_TASK_DEF', withPermissions('UPDATE_TASK_DEF'), 'TASK_DEF', null, [], ['READ', 'UPDATE']],
    ['UPDATE_TASK_DEF, elsewhere', withPermissions('UPDATE_TASK_DEF'), 'SCHEMA', null, [], []],
    [
      'permissions and grants',
      withPermissions('READ_SCHEMA'),
      'SCHEMA',
      null,
      ['DELETE'],
      ['READ', 'DELETE'],
    ],
    ['CREATE_SCHEMA, on a schema that is there', withPermissions('CREATE_SCHEMA'), 'SCHEMA', null, [], []],
    ['the role USER, whose permissions only create', holding('USER'), 'WORKFLOW_DEF', null, [], []],
    ['READ_SECRET', withPermissions('READ_SECRET'), 'SECRET_NAME', null, [], ['READ']],
    [
      'DELETE_SECRET_NAME',
      withPermissions('DELETE_SECRET_NAME'),
      'SECRET_NAME',
      null,
      [],
      ['READ', 'DELETE'],
    ],
    ['READ_APPLICATION', withPermissions('READ_APPLICATION'), 'APPLICATION', 'u0', [], ['READ']],
  ] as [
    string,
    Principal,
    TargetType,
    string | null,
    Access[],
    Access[],
  ][])('%s', (_who, principal, type, ownerUuid, granted, expected) => {
    const held = effectiveAccess(principal, { type, ownerUuid, granted });
    expect([...held].toSorted()).toEqual([...expected].toSorted());
  });

  it.each(ACCESSES)('answers %s alone by what is held', (access) => {
    const target = { type: 'TASK_DEF', id: 'charge' } as const;
    const facts = (granted: Access[]) => ({ type: target.type, ownerUuid: null, granted });
    expect(canAccess(holding(), access, target, facts([access])).allowed).toBe(true);
    const others = ACCESSES.filter((other) => other !== access);
    expect(reasonOf(canAccess(holding(), access, target, facts(others)))).toBe(
      `ann@example.com has no ${access} access to TASK_DEF charge`,
    );
  });
});

describe.each([
  ['sharing a target', canShare],
  ['creating what access was granted to before', canCreateGranted],
])('%s', (_what, decide) => {
  const target = { type: 'APPLICATION', id: 'a1' } as const;
  const share = (principal: Principal, ownerUuid: string, granted: Access[] = []) =>
    decide(principal, target, { type: 'APPLICATION', ownerUuid, granted }).allowed;

  it('is for an ADMIN, its creator, and whoever has full access', () => {
    expect(share(holding('ADMIN'), 'u0')).toBe(true);
    expect(share(holding(), 'u1')).toBe(true);
    expect(share(holding(), 'u0', [...ACCESSES])).toBe(true);
    expect(share(holding('APPLICATION_MANAGER'), 'u0')).toBe(true);
  });

  it.each(ACCESSES)('takes %s too', (missing) => {
    const granted = ACCESSES.filter((access) => access !== missing);
    expect(share(holding('USER'), 'u0', granted)).toBe(false);
  });
});

describe('giving an application a role', () => {
  const FREE = ['WORKER', 'METADATA_API', 'APPLICATION_CREATOR'];

  it.each([...SYSTEM_NAMES, 'workflow-operator'])('%s', (role) => {
    expect(canGiveApplicationRole(holding('ADMIN'), role).allowed).toBe(true);
    for (const giver of [holding('USER'), holding('APPLICATION_MANAGER')]) {
      expect(canGiveApplicationRole(giver, role).allowed).toBe(FREE.includes(role));
    }
  });
});

describe('reading the grants of a subject', () => {
  it.each([
    ['oneself', holding(), 'USER', 'ann@example.com', true],
    ['somebody else', holding('USER'), 'USER', 'bob@example.com', false],
    ['a group that shares the id', holding('USER'), 'GROUP', 'ann@example.com', false],
    ['a role one holds', holding('USER'), 'ROLE', 'USER', false],
    ['anybody, as ADMIN', holding('ADMIN'), 'ROLE', 'USER', true],
    ['users, with READ_USER', withPermissions('READ_USER'), 'USER', 'bob@example.com', true],
    ['groups, with READ_USER', withPermissions('READ_USER'), 'GROUP', 'ops', false],
    ['roles, with READ_ROLE', withPermissions('READ_ROLE'), 'ROLE', 'USER', true],
  ] as [
    string,
    Principal,
    'USER' | 'GROUP' | 'ROLE',
    string,
    boolean,
  ][])('of %s', (_what, principal, type, id, expected) => {
    expect(canReadGrantsOf(principal, { type, id }).allowed).toBe(expected);
  });
});

function principalWith(roles: readonly RoleRule[]): Principal {
  return principalOf({ id: 'ann@example.com', uuid: 'u1', groups: [] }, roles);
}

function holding(...names: string[]): Principal {
  return principalWith(names.map(systemRole));
}

function withPermissions(...permissions: string[]): Principal {
  return principalWith([custom(...permissions)]);
}

function custom(...permissions: string[]): RoleRule {
  return { name: 'custom', type: 'custom', permissions };
}

function systemRole(name: string): RoleRule {
  const role = SYSTEM_ROLES.find((candidate) => candidate.name === name);
  if (role === undefined) throw new Error(`no system role ${name}`);
  return role;
}

function reasonOf(decision: Decision): string {
  return decision.allowed ? 'allowed' : decision.reason;
}
