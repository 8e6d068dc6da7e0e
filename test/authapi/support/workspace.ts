import { randomUUID } from 'node:crypto';
import { type Answer, asList } from './answer.ts';
import type { ApiUnderTest } from './api-under-test.ts';

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

/** A caller that exists on any installation: an application, its roles and a token of one of its keys. */
export interface Actor {
  readonly applicationId: string;
  /** `app:<application id>` */
  readonly userId: string;
  readonly token: string;
}

export interface Ref {
  readonly type: string;
  readonly id: string;
}

/** Makes a name that no other test, and no other run, has used. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 13)}`;
}

/** Percent-encodes an id for a path. */
export const enc = encodeURIComponent;

/** Makes records to test with, as the administrator unless told otherwise; each has a unique name. */
export class Workspace {
  readonly api: ApiUnderTest;

  constructor(api: ApiUnderTest) {
    this.api = api;
  }

  /** Creates a user and returns its id. */
  async user(fields: object = {}, id = `${unique('user')}@example.com`): Promise<string> {
    must(
      await this.api.call('PUT', `/users/${enc(id)}`, { body: { name: 'Somebody', roles: [], ...fields } }),
    );
    return id;
  }

  /** Creates a group and returns its id. */
  async group(fields: object = {}, id = unique('group')): Promise<string> {
    must(
      await this.api.call('PUT', `/groups/${enc(id)}`, {
        body: { description: 'A group', roles: [], ...fields },
      }),
    );
    return id;
  }

  /** Creates an application and returns its id. */
  async application(token = this.api.admin): Promise<string> {
    const answer = await this.api.call('POST', '/applications', { token, body: { name: unique('app') } });
    return String(must(answer).record['id']);
  }

  /** Creates a custom role and returns its name. */
  async role(permissions: unknown[] = ['READ_WORKFLOW_DEF'], name = unique('role')): Promise<string> {
    must(await this.api.call('POST', '/roles', { body: { name, permissions } }));
    return name;
  }

  /** Creates an access key of an application. */
  async key(applicationId: string, token = this.api.admin): Promise<AccessKey> {
    const { record } = must(
      await this.api.call('POST', `/applications/${applicationId}/accessKeys`, { token }),
    );
    return { id: String(record['id']), secret: String(record['secret']) };
  }

  /** Exchanges an access key for a token. */
  async signIn(key: AccessKey): Promise<string> {
    const body = { keyId: key.id, keySecret: key.secret };
    return String(must(await this.api.call('POST', '/token', { token: null, body })).record['token']);
  }

  /** Creates a caller with exactly these roles. */
  async actor(...roles: string[]): Promise<Actor> {
    const applicationId = await this.application();
    for (const role of roles)
      must(await this.api.call('POST', `/applications/${applicationId}/roles/${role}`));
    const token = await this.signIn(await this.key(applicationId));
    return { applicationId, userId: `app:${applicationId}`, token };
  }

  /** Grants access as the administrator. */
  async grant(subject: Ref, target: Ref, access: string[]): Promise<void> {
    must(await this.api.call('POST', '/auth/authorization', { body: { subject, target, access } }));
  }

  /** Reads the grants of a user (`users`) or a group (`groups`). */
  async grantsOf(kind: 'users' | 'groups', id: string): Promise<Record<string, unknown>[]> {
    const answer = must(await this.api.call('GET', `/${kind}/${enc(id)}/permissions`));
    return asList(answer.record['grantedAccess'], answer);
  }

  /** Asks what a user may do with a target. */
  async check(userId: string, target: Ref): Promise<Record<string, unknown>> {
    const query = `type=${target.type}&id=${enc(target.id)}`;
    return must(await this.api.call('GET', `/users/${enc(userId)}/checkPermissions?${query}`)).record;
  }

  /** Reads the names of the roles a user holds. */
  async roleNames(userId: string): Promise<unknown[]> {
    const answer = must(await this.api.call('GET', `/users/${enc(userId)}`));
    return asList(answer.record['roles'], answer).map((role) => role['name']);
  }
}

/** Returns the answer of a preparing call, or throws when it was not 200. */
export function must(answer: Answer): Answer {
  if (answer.status === 200) return answer;
  throw new Error(`A preparing call was refused: ${answer.status} ${answer.text}`);
}
