import { insertAccessKey } from '../store/access-keys.ts';
import { insertApplication } from '../store/applications.ts';
import type { Database } from '../store/database.ts';
import { createDefinition } from '../store/definitions.ts';
import { upsertGatewayAuthConfig } from '../store/gateway-auth-configs.ts';
import { grantAccess } from '../store/grants.ts';
import { listGroups, upsertGroup } from '../store/groups.ts';
import { hasReached, markReached } from '../store/milestones.ts';
import { insertRole, listRoles } from '../store/roles.ts';
import { mergeTags } from '../store/tags.ts';
import { getUser, listUsers, upsertUser } from '../store/users.ts';
import { newAccessKeySecret } from '../tokens/access-key-secret.ts';
import { loadRoleWorkflows } from './load-role-workflows.ts';
import { APPLICATIONS, CUSTOM_ROLES, GATEWAY_AUTH_CONFIGS, GROUPS } from './organisation.ts';
import { PEOPLE } from './people.ts';
import { DEFINITIONS } from './sample-definitions.ts';
import { GRANTS } from './sample-grants.ts';
import { emailOf, stableId } from './stable-id.ts';

const MILESTONE = 'sample organisation';
const DAY = 24 * 60 * 60 * 1000;

/** What came of loading: it is there now, was there before, or would have mixed with what others put there. */
export type SeedOutcome = 'loaded' | 'loaded before' | 'store in use';

/**
 * Loads the sample organisation once, all or nothing, into a store that holds no people, groups or custom roles yet.
 * Its ids are the same in every store, its times count back from `now` (epoch milliseconds), and the secrets of its
 * access keys are known to nobody.
 */
export function loadSampleOrganisation(database: Database, now: number): SeedOutcome {
  return database.transaction(() => {
    if (hasReached(database, MILESTONE)) return 'loaded before';
    if (isInUse(database)) return 'store in use';
    for (const role of CUSTOM_ROLES) {
      insertRole(database, { ...role, id: stableId(`role ${role.name}`), type: 'custom' });
    }
    for (const group of GROUPS) upsertGroup(database, group);
    for (const person of PEOPLE) loadPerson(database, person);
    for (const application of APPLICATIONS) loadApplication(database, application, now);
    for (const { type, name, creator } of DEFINITIONS) {
      createDefinition(database, { type, id: name }, getUser(database, emailOf(creator)));
    }
    for (const { subject, target, access } of GRANTS) {
      const [subjectType, subjectId] = subject;
      const [targetType, targetId] = target;
      grantAccess(
        database,
        { type: subjectType, id: subjectType === 'USER' ? emailOf(subjectId) : subjectId },
        { type: targetType, id: targetType === 'APPLICATION' ? applicationId(targetId) : targetId },
        access,
      );
    }
    for (const config of GATEWAY_AUTH_CONFIGS) loadGatewayAuthConfig(database, config);
    loadRoleWorkflows(database, now);
    markReached(database, MILESTONE, now);
    return 'loaded';
  });
}

function isInUse(database: Database): boolean {
  return (
    listUsers(database, false).length > 0 ||
    listGroups(database).length > 0 ||
    listRoles(database).some((role) => role.type === 'custom')
  );
}

function loadPerson(database: Database, { login, name, roles, groups }: (typeof PEOPLE)[number]): void {
  upsertUser(database, {
    id: emailOf(login),
    uuid: userUuid(login),
    name,
    contactInformation: { chat: `@${login}` },
    applicationId: null,
    roles,
    groups,
  });
}

function loadApplication(database: Database, sample: (typeof APPLICATIONS)[number], now: number): void {
  const id = applicationId(sample.name);
  const createTime = now - sample.daysOld * DAY;
  insertApplication(
    database,
    {
      id,
      name: sample.name,
      ownerUuid: userUuid(sample.creator),
      createdBy: emailOf(sample.creator),
      updatedBy: emailOf(sample.creator),
      createTime,
      updateTime: createTime,
    },
    sample.roles,
  );
  mergeTags(
    database,
    id,
    Object.entries(sample.tags).map(([key, value]) => ({ key, value })),
  );
  for (const [index, status] of sample.keys.entries()) {
    insertAccessKey(database, {
      id: stableId(`key ${index} of ${sample.name}`),
      applicationId: id,
      secretDigest: newAccessKeySecret().digest,
      status,
      createdAt: createTime + index * DAY,
    });
  }
}

function loadGatewayAuthConfig(database: Database, sample: (typeof GATEWAY_AUTH_CONFIGS)[number]): void {
  const { id, application, authenticationType, issuerUri, audience } = sample;
  upsertGatewayAuthConfig(database, {
    id,
    applicationId: applicationId(application),
    authenticationType,
    apiKeys: authenticationType === 'API_KEY' ? [newAccessKeySecret().secret] : [],
    audience,
    conductorToken: null,
    issuerUri,
    fallbackToDefaultAuth: false,
    passthrough: false,
    tokenInWorkflowInput: true,
    createdBy: emailOf('ada'),
    updatedBy: emailOf('ada'),
  });
}

function userUuid(login: string): string {
  return stableId(`user ${login}`);
}

function applicationId(name: string): string {
  return stableId(`application ${name}`);
}
