import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { startAuthApi } from '../../../src/authapi/server.ts';
import { Answer, asList } from '../support/answer.ts';
import type { ApiUnderTest } from '../support/api-under-test.ts';
import type { Sent } from '../support/slow-request.ts';
import { must, type Ref, unique, Workspace } from '../support/workspace.ts';

const ALL = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];

/** Whoever sends a request slowly. */
export interface Actor {
  readonly id: string;
  readonly token: string;
  /** The role that its rights rest on, and that approvers of the requests in this world hold. */
  readonly role: string;
  /** Of an application only. */
  readonly keyPath?: string;
}

/** An embedded API on a disk, with a clock of the test's own, and hands to arrange things in it as an ADMIN. */
export class World {
  readonly make: Workspace;
  readonly issueToken: (userId: string) => Promise<string>;
  readonly stop: () => Promise<void>;
  readonly url: string;
  readonly #clock: { time: number };
  readonly #watch: DatabaseSync;
  #admin = '';

  private constructor(
    api: Pick<ApiUnderTest, 'url' | 'issueToken' | 'stop'>,
    clock: { time: number },
    folder: string,
  ) {
    const watch = new DatabaseSync(join(folder, 'rolegraph.sqlite'), { readOnly: true });
    this.url = api.url;
    this.issueToken = api.issueToken;
    this.stop = async () => {
      watch.close();
      await api.stop();
      await rm(folder, { recursive: true });
    };
    this.#clock = clock;
    this.#watch = watch;
    this.make = new Workspace({
      ...api,
      adminKey: { keyId: '', keySecret: '' },
      admin: '',
      call: (method, path, options = {}) => this.send({ method, path: `/api${path}`, body: options.body }),
    });
  }

  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'rolegraph-decisions-'));
    const clock = { time: Date.now() };
    const logger = pino({ level: 'silent' });
    const now = () => clock.time;
    const server = await startAuthApi({ host: '127.0.0.1', port: 0, data: folder, seed: false, logger, now });
    if (server.adminKey === null) throw new Error('A fresh store comes with an administrator key');
    const world = new World(server, clock, folder);
    world.#admin = await world.signIn(server.adminKey, -1);
    return world;
  }

  get now(): number {
    return this.#clock.time;
  }

  wait(milliseconds: number): void {
    this.#clock.time += milliseconds;
  }

  /** Changes whenever the server has committed something. */
  get commits(): unknown {
    return this.#watch.prepare('PRAGMA data_version').get()?.['data_version'];
  }

  /** Sends a request at once. */
  async send({ method, path, token, body }: Omit<Sent, 'token' | 'body'> & Partial<Sent>): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'x-authorization': token ?? this.#admin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return new Answer(response.status, {}, await response.text());
  }

  /** Arranges something as the administrator; throws where that is refused. */
  async arrange(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.expect2xx(await this.send({ method, path, ...(body !== undefined && { body }) }));
  }

  expect2xx(answer: Answer): Answer {
    return answer.status === 201 ? answer : must(answer);
  }

  async signIn(key: { keyId: string; keySecret: string }, expiration: number): Promise<string> {
    const body = { ...key, expiration };
    return String(must(await this.send({ method: 'POST', path: '/api/token', body })).record['token']);
  }

  /** Makes an application with a role, and signs it in for a minute. */
  async application(role: string): Promise<Actor & { readonly keyPath: string }> {
    const id = await this.make.application();
    await this.arrange('POST', `/api/applications/${id}/roles/${role}`);
    const key = await this.make.key(id);
    const token = await this.signIn({ keyId: key.id, keySecret: key.secret }, 60);
    return { id: `app:${id}`, token, role, keyPath: `/api/applications/${id}/accessKeys/${key.id}` };
  }

  /** Makes a user, and signs it in. `role` is what its rights rest on, in whatever way `fields` give it. */
  async person(role: string, fields: object): Promise<Actor> {
    const id = await this.make.user(fields);
    return { id, token: await this.issueToken(id), role };
  }

  /** Makes a role with every permission on offer: all but ADMIN. */
  async powerfulRole(): Promise<string> {
    const { record } = await this.arrange('GET', '/api/roles/permissions');
    return this.make.role(Object.values(record).flat());
  }

  async grantAll(subject: Ref, targets: readonly Ref[]): Promise<void> {
    for (const target of targets) await this.make.grant(subject, target, ALL);
  }

  async uuidOf(userId: string): Promise<string> {
    return String((await this.arrange('GET', `/api/users/${encodeURIComponent(userId)}`)).record['uuid']);
  }

  async roleId(name: string): Promise<string> {
    const answer = await this.arrange('POST', '/role-store/api/v1/roles/resolve', [name]);
    return String(asList(answer.record['items'])[0]?.['id']);
  }

  /** Makes a workflow for a new role, that holders of `approver` decide on. */
  async workflow(approver: string): Promise<{ id: string; roleId: string; body: object }> {
    const roleId = await this.roleId(await this.make.role());
    const steps = [
      { name: 'only', match: 'ANY', approvers: [{ role: { id: await this.roleId(approver) } }] },
    ];
    const more = { can_bypass_revoke_workflow: true, max_active_requests: 9 };
    const body = { name: unique('workflow'), target_roles: [{ id: roleId }], steps, ...more };
    const answer = await this.arrange('POST', '/workflow-engine/api/v1/workflows', body);
    return { id: String(answer.record['id']), roleId, body };
  }

  /** Asks for a role that holders of `approver` decide on. */
  async request(token: string, approver: string): Promise<string> {
    const { roleId } = await this.workflow(approver);
    const path = '/workflow-engine/api/v1/requests';
    const answer = await this.send({ method: 'POST', path, token, body: { requested_role: { id: roleId } } });
    return String(this.expect2xx(answer).record['id']);
  }
}
