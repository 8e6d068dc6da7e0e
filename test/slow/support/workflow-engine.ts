import { tokenForUser } from '../../../src/authapi/tokens/token-for-user.ts';
import { asList, asRecord } from '../../authapi/support/answer.ts';

const ENGINE = '/workflow-engine/api/v1';
const STORE = '/role-store/api/v1';

/** A request that waits for its approver, and the last that the server said yes to. */
export interface Wish {
  readonly request: string;
  /** The target user's uuid. */
  readonly user: string;
  acknowledged: 'nothing' | 'approved' | 'revoked';
}

/** A server's workflow engine, as its administrator, who also holds the approver role. */
export class Engine {
  readonly #url: string;
  readonly #data: string;
  readonly #token: string;

  /** On the server at `url` with the data folder `data`. */
  constructor(url: string, data: string, token: string) {
    this.#url = url;
    this.#data = data;
    this.#token = token;
  }

  /** Makes users and, for each, a request for the role WORKER that waits; odd ones for a window. */
  async wishes(name: string, count: number): Promise<Wish[]> {
    const me = asRecord(await this.#call('GET', `${STORE}/users/current`, 200));
    const roles = asRecord(
      await this.#call('POST', `${STORE}/roles/resolve`, 200, ['WORKER', 'PROMPT_MANAGER']),
    );
    const ids = new Map(asList(roles['items']).map((role) => [role['name'], role['id']]));
    // The approver asks for nothing, so somebody else does.
    await this.#call('POST', `/api/applications/${me['id']}/roles/PROMPT_MANAGER`, 200);
    await this.#call('POST', `${ENGINE}/workflows`, 201, {
      name: 'Workers',
      target_roles: [{ id: ids.get('WORKER') }],
      grant_types: ['PERMANENT', 'FLOATING'],
      steps: [{ match: 'ANY', approvers: [{ role: { id: ids.get('PROMPT_MANAGER') } }] }],
    });
    const asker = await this.#asker(name);
    const wishes: Wish[] = [];
    for (let index = 0; index < count; index += 1) {
      const user = asRecord(await this.#call('PUT', `/api/users/${name}-${index}`, 200, { name, roles: [] }));
      const made = await asker.#call('POST', `${ENGINE}/requests`, 201, {
        requested_role: { id: ids.get('WORKER') },
        target_user: { id: user['uuid'] },
        ...(index % 2 === 1 && { grant_type: 'FLOATING', floating_length: 1 }),
      });
      wishes.push({
        request: String(asRecord(made)['id']),
        user: String(user['uuid']),
        acknowledged: 'nothing',
      });
    }
    return wishes;
  }

  /** Approves the requests one after the other and revokes every third, until the connection breaks. */
  async decideUntilCut(wishes: readonly Wish[]): Promise<void> {
    try {
      for (const [index, wish] of wishes.entries()) {
        const path = `${ENGINE}/requests/${wish.request}`;
        await this.#call('POST', `${path}/decision`, 200, { step: 0, decision: 'APPROVED' });
        wish.acknowledged = 'approved';
        if (index % 3 !== 0) continue;
        await this.#call('POST', `${path}/role/revoke`, 200);
        wish.acknowledged = 'revoked';
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
  }

  /** Reads where a request stands, and whether its user holds the role. */
  async read(wish: Wish): Promise<{ status: unknown; revoked: unknown; held: boolean; decisions: unknown }> {
    const request = asRecord(await this.#call('GET', `${ENGINE}/requests/${wish.request}`, 200));
    const roles = asRecord(await this.#call('GET', `${STORE}/users/${wish.user}/roles`, 200));
    const approval = asList(asList(request['steps'])[0]?.['approvers'])[0];
    return {
      status: request['status'],
      revoked: request['target_role_revoked'],
      held: asList(roles['items']).some((role) => role['name'] === 'WORKER'),
      decisions: approval?.['decision'],
    };
  }

  /** Makes a person who is an ADMIN, and signs it in: nobody decides on a request of an application of their own. */
  async #asker(name: string): Promise<Engine> {
    const id = `${name}-asker`;
    await this.#call('PUT', `/api/users/${id}`, 200, { name, roles: ['ADMIN'] });
    return new Engine(this.#url, this.#data, await tokenForUser(this.#data, id));
  }

  async #call(method: string, path: string, expected: number, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        'x-authorization': this.#token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== expected) throw new Refused(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** Tells an unexpected answer from a connection that broke. */
class Refused extends Error {}
