import type { RestMethod } from '../../upstream/client/rest-call.ts';
import { idsOf, key, LINKS, name, numberOf, role, tags, times } from './stub-parts.ts';

/** Grants of a subject, and on a target: what lists without `@listSize` are assumed to hold. */
const GRANTS = 10;

/**
 * Answers every read of both upstreams as a large organisation would, without there being one: so many users, groups,
 * roles, applications, workflows and requests, and links that meet as seldom as they can. Whatever id is asked for is
 * there.
 */
export class StubWorld {
  readonly #records: number;

  /** @param records of each kind. */
  constructor(records: number) {
    this.#records = records;
  }

  /**
   * Makes the body of the answer to a call.
   *
   * @param route the path without ids and query.
   * @param text the path as it is sent.
   * @param body as it is sent.
   */
  answer(method: RestMethod, route: string, text: string, body: string | null): unknown {
    const url = new URL(text, 'http://imagined');
    const ids = idsOf(route, url.pathname);
    if (method === 'POST' && route === '/role-store/api/v1/roles/resolve') {
      return whole(JSON.parse(body ?? '[]').map((name: string) => ({ id: `key of ${name}`, name })));
    }
    const isSearch = route.endsWith('/search');
    return method === 'GET' || isSearch ? this.#read(route, ids, url) : WRITTEN;
  }

  #read(route: string, ids: readonly string[], url: URL): unknown {
    const [first = '', second = ''] = ids;
    switch (route) {
      case '/api/users':
        return this.#all((index) => this.#user(name('user', index)));
      case '/api/users/{id}':
        return this.#user(first);
      case '/api/token/userInfo':
        return this.#user('viewer');
      case '/api/groups':
        return this.#all((index) => this.#group(name('group', index)));
      case '/api/groups/{id}':
        return this.#group(first);
      case '/api/groups/{id}/users':
        // None of them is in another group that is asked for, as far as that matters: pages are by id.
        return this.#all((index) => this.#user(`${name('user', numberOf(first))}.${index}`));
      case '/api/roles':
      case '/api/roles/custom':
        return this.#all((index) => role(name('role', index)));
      case '/api/roles/system':
        return [role('ADMIN'), role('USER')];
      case '/api/roles/permissions':
        return { WORKFLOW_DEF: ['READ_WORKFLOW_DEF'] };
      case '/api/roles/{id}':
        return role(first);
      case '/api/applications':
        return this.#all((index) => this.#application(name('application', index)));
      case '/api/applications/{id}':
        return this.#application(first);
      case '/api/applications/key/{id}':
        return this.#application(`application of ${first}`);
      case '/api/applications/{id}/tags':
        return tags();
      case '/api/applications/{id}/accessKeys':
        return times(LINKS, (index) => ({
          id: index === 0 ? WRITTEN.id : `key ${index} of ${first}`,
          status: 'ACTIVE',
          createdBy: name('user', index),
        }));
      case '/api/gateway/config/auth':
        return this.#all((index) => this.#authConfig(name('config', index)));
      case '/api/gateway/config/auth/{id}':
        return this.#authConfig(first);
      case '/api/users/{id}/permissions':
      case '/api/groups/{id}/permissions':
        return { grantedAccess: this.#grantsOf(first) };
      case '/api/auth/subjects/ROLE/{id}/grants':
        return this.#grantsOf(first);
      case '/api/users/{id}/checkPermissions':
        return { READ: true };
      case '/api/auth/authorization/{id}/{id}':
        return this.#grantsOn(`${first} ${second}`);
      case '/workflow-engine/api/v1/workflows':
        return this.#page(url, (index) => this.#workflow(name('workflow', index)));
      case '/workflow-engine/api/v1/workflows/{id}':
        return this.#workflow(first);
      case '/workflow-engine/api/v1/requests':
      case '/workflow-engine/api/v1/requests/search':
        return this.#page(url, (index) => this.#request(name('request', index)));
      case '/workflow-engine/api/v1/requests/{id}':
        return this.#request(first);
      case '/role-store/api/v1/users/current':
        return { id: 'key of viewer' };
      case '/role-store/api/v1/users/search':
        return this.#page(url, (index) => ({
          id: `key of ${name('user', index)}`,
          roles: this.#heldRoles(index),
        }));
      case '/role-store/api/v1/users/{id}/roles':
        return whole(this.#heldRoles(numberOf(first)));
      default:
        throw new Error(`Nobody has imagined the answer to ${route}`);
    }
  }

  #all<T>(make: (index: number) => T): T[] {
    return times(this.#records, make);
  }

  #page(url: URL, make: (index: number) => unknown): unknown {
    const offset = Number(url.searchParams.get('offset'));
    const size = Math.min(Number(url.searchParams.get('limit')), this.#records - offset);
    return { count: this.#records, items: times(Math.max(0, size), (index) => make(offset + index)) };
  }

  #links(kind: string, of: string): string[] {
    return times(Math.min(LINKS, this.#records), (index) =>
      name(kind, (numberOf(of) * LINKS + index) % this.#records),
    );
  }

  #user(id: string): unknown {
    return {
      id,
      name: id,
      uuid: `key of ${id}`,
      roles: this.#links('role', id).map((link) => ({ name: link })),
      groups: this.#links('group', id).map((link) => ({ id: link })),
    };
  }

  #group(id: string): unknown {
    return { id, description: id, roles: this.#links('role', id).map((link) => ({ name: link })) };
  }

  #application(id: string): unknown {
    const [createdBy, updatedBy] = this.#links('user', id);
    return { id, name: id, createdBy, updatedBy, tags: tags() };
  }

  #authConfig(id: string): unknown {
    const [createdBy, updatedBy] = this.#links('user', id);
    return {
      id,
      applicationId: this.#links('application', id)[0],
      authenticationType: 'NONE',
      createdBy,
      updatedBy,
    };
  }

  /** On things that have records of their own, since those are what following grants to their targets reads. */
  #grantsOf(subject: string): unknown {
    return times(GRANTS, (index) => {
      const [type, kind] = TARGETS[index % TARGETS.length] ?? TARGETS[0];
      const id = name(kind, (numberOf(subject) * LINKS + index) % this.#records);
      return { target: { type, id }, access: ['READ'] };
    });
  }

  #grantsOn(target: string): unknown {
    const kinds = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const;
    return Object.fromEntries(
      Object.entries(kinds).flatMap(([kind, type]) =>
        this.#links(kind, target).map((id) => [`${type}:${id}`, ['READ']] as const),
      ),
    );
  }

  #heldRoles(index: number): unknown[] {
    return this.#links('role', name('user', index)).map((id) => ({ ...key(id), ...WINDOW }));
  }

  #workflow(id: string): unknown {
    const roles = this.#links('role', id).map(key);
    const [author, updated_by] = this.#links('user', id).map((user) => `key of ${user}`);
    const steps = [{ name: 'first', match: 'ANY', approvers: roles.map((one) => ({ role: one })) }];
    return {
      id,
      name: id,
      action: 'GRANT',
      target_roles: roles,
      requester_roles: roles,
      steps,
      author,
      updated_by,
    };
  }

  #request(id: string): unknown {
    const [requester, target, approver] = this.#links('user', id).map((user) => ({
      id: `key of ${user}`,
      display_name: user,
    }));
    const approvers = this.#links('role', id).map((one) => ({ role: key(one), user: approver }));
    return {
      id,
      name: id,
      status: 'PENDING',
      action: 'GRANT',
      workflow: this.#links('workflow', id)[0],
      requester,
      target_user: target,
      requested_role: key(this.#links('role', id)[0] ?? ''),
      steps: [{ name: 'first', match: 'ANY', approvers }],
      ...WINDOW,
    };
  }
}

/** A list that comes at once. */
function whole(items: readonly unknown[]): unknown {
  return { count: items.length, items };
}

const TARGETS = [
  ['APPLICATION', 'application'],
  ['USER', 'user'],
  ['GROUP', 'group'],
  ['ROLE', 'role'],
  ['AUTH_CONFIG', 'config'],
] as const;

/** Whatever a write answers: its readers take from it what they know. */
const WRITTEN = { id: 'written', secret: 'secret', token: 'token', name: 'written' };
const WINDOW = {
  grant_type: 'TIME_RESTRICTED',
  grant_start: '2026-01-01T00:00:00Z',
  grant_end: '2126-01-01T00:00:00Z',
};
