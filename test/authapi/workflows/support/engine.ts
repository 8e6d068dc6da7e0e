import { pino } from 'pino';
import { type AuthApi, type AuthApiOptions, startAuthApi } from '../../../../src/authapi/server.ts';
import { Answer, asList } from '../../support/answer.ts';

export const ENGINE = '/workflow-engine/api/v1';
export const STORE = '/role-store/api/v1';
export const LOCAL = '/local-user-store/api/v1';
export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

/** Somebody who calls: the engine knows it by `uuid`, the authorization API by `id`. */
export interface Person {
  readonly id: string;
  readonly uuid: string;
  /** A new one is signed for each call where there is none: tests move the clock. */
  readonly token?: string;
}

export interface EngineCall {
  readonly as?: Person | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: string;
}

/** The embedded API with a clock of the test's own, and ways to put people, roles and workflows into it. */
export class EngineUnderTest {
  /** Epoch milliseconds; the server’s time. */
  time = Date.parse('2027-03-01T09:00:00Z');
  #api: AuthApi | undefined;
  #admin: (Person & { readonly token: string }) | undefined;
  #count = 0;

  static async start(options: Partial<AuthApiOptions> = {}): Promise<EngineUnderTest> {
    const engine = new EngineUnderTest();
    await engine.#listen(options);
    const { adminKey } = engine.api;
    if (adminKey === null) throw new Error('A fresh store comes with an administrator key');
    const key = { ...adminKey, expiration: -1 };
    const { record } = await engine.call('POST', '/api/token', { as: null, body: key });
    const token = String(record['token']);
    engine.#admin = { id: '', uuid: '', token };
    const me = (await engine.call('GET', '/api/token/userInfo')).record;
    engine.#admin = { id: String(me['id']), uuid: String(me['uuid']), token };
    return engine;
  }

  /** Starts a server on a data folder that has been used before, at another time. */
  static async restart(options: Partial<AuthApiOptions>, admin: EngineUnderTest['admin'], time: number) {
    const engine = new EngineUnderTest();
    engine.time = time;
    engine.#admin = admin;
    await engine.#listen(options);
    return engine;
  }

  async #listen(options: Partial<AuthApiOptions>): Promise<void> {
    const logger = pino({ level: 'silent' });
    const defaults = { host: '127.0.0.1', port: 0, data: ':memory:', seed: false, logger };
    this.#api = await startAuthApi({ ...defaults, now: () => this.time, ...options });
  }

  get api(): AuthApi {
    if (this.#api === undefined) throw new Error('The server has not been started');
    return this.#api;
  }

  get admin(): Person & { readonly token: string } {
    if (this.#admin === undefined) throw new Error('The administrator has not signed in');
    return this.#admin;
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  /** Calls a path of the server, as the administrator unless told otherwise. */
  async call(method: string, path: string, { as = this.admin, body, form, headers }: EngineCall = {}) {
    const token = as === null ? null : (as.token ?? (await this.api.issueToken(as.id)));
    const response = await fetch(`${this.api.url}${path}`, {
      method,
      headers: {
        ...(token !== null &&
          (path.startsWith('/api/') ? { 'x-authorization': token } : { authorization: `Bearer ${token}` })),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      body: form ?? (body === undefined ? null : JSON.stringify(body)),
    });
    return new Answer(response.status, Object.fromEntries(response.headers), await response.text());
  }

  /** Makes a person with roles, and signs it in. */
  async person(
    login: string,
    roles: readonly string[] = [],
    groups: readonly string[] = [],
  ): Promise<Person> {
    this.#count += 1;
    const id = `${login}-${this.#count}@example.com`;
    const answer = await this.call('PUT', `/api/users/${id}`, { body: { name: login, roles, groups } });
    this.must(answer, 200);
    return { id: String(answer.record['id']), uuid: String(answer.record['uuid']) };
  }

  /** Makes a custom role, and returns its UUID and name. */
  async role(prefix = 'role', permissions: readonly string[] = ['READ_TASK_DEF']) {
    this.#count += 1;
    const name = `${prefix}-${this.#count}`;
    this.must(await this.call('POST', '/api/roles', { body: { name, permissions } }), 200);
    return { id: await this.roleId(name), name };
  }

  async roleId(name: string): Promise<string> {
    const { record } = await this.call('POST', `${STORE}/roles/resolve`, { body: [name] });
    const id = asList(record['items'])[0]?.['id'];
    if (typeof id !== 'string') throw new Error(`There is no role ${name}`);
    return id;
  }

  /** Makes a workflow; `steps` are lists of approver role ids. Returns its id. */
  async workflow(targets: readonly string[], steps: readonly (readonly string[])[], more: object = {}) {
    const body = workflowBody(targets, steps, more);
    const answer = await this.call('POST', `${ENGINE}/workflows`, { body });
    return String(this.must(answer, 201).record['id']);
  }

  /** Asks for a role, and returns the answer. */
  ask(as: Person, roleId: string, more: object = {}): Promise<Answer> {
    return this.call('POST', `${ENGINE}/requests`, { as, body: { requested_role: { id: roleId }, ...more } });
  }

  /** Asks for a role, and returns the id of the request. */
  async asked(as: Person, roleId: string, more: object = {}): Promise<string> {
    return String(this.must(await this.ask(as, roleId, more), 201).record['id']);
  }

  decide(as: Person, id: string, decision: string, step = 0, more: object = {}): Promise<Answer> {
    const body = { step, decision, comment: `${decision} it`, ...more };
    return this.call('POST', `${ENGINE}/requests/${id}/decision`, { as, body });
  }

  revoke(as: Person, id: string): Promise<Answer> {
    return this.call('POST', `${ENGINE}/requests/${id}/role/revoke`, { as });
  }

  async request(id: string, as: Person = this.admin): Promise<Record<string, unknown>> {
    return this.must(await this.call('GET', `${ENGINE}/requests/${id}`, { as }), 200).record;
  }

  /** Lists the ids of the requests that a filter gives somebody. */
  async list(as: Person, filter: string): Promise<unknown[]> {
    const answer = await this.call('GET', `${ENGINE}/requests?filter=${filter}&limit=100`, { as });
    return asList(this.must(answer, 200).record['items']).map(({ id }) => id);
  }

  /** Lists the names of the roles that the authorization API says somebody holds. */
  async roles(person: Person): Promise<unknown[]> {
    const { record } = this.must(await this.call('GET', `/api/users/${person.id}`), 200);
    return asList(record['roles']).map(({ name }) => name);
  }

  must(answer: Answer, status: number): Answer {
    if (answer.status === status) return answer;
    throw new Error(`Expected ${status}, got ${answer.status} ${answer.text}`);
  }
}

/** Writes a workflow as a client sends it; `steps` are lists of approver role ids. */
export function workflowBody(
  targets: readonly string[],
  steps: readonly (readonly string[])[],
  more: object = {},
): object {
  return {
    name: 'A workflow',
    target_roles: targets.map((id) => ({ id })),
    steps: steps.map((approvers, index) => ({
      name: `step ${index}`,
      match: 'ANY',
      approvers: approvers.map((id) => ({ role: { id } })),
    })),
    ...more,
  };
}
