import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

/** The five legal ways of having no body, byte by byte (contract section 1). */
const NO_BODY: [name: string, headers: string[], body?: string][] = [
  ['nothing at all', []],
  ['a JSON type and no body', ['Content-Type: application/json']],
  ['a JSON type and length 0', ['Content-Type: application/json', 'Content-Length: 0']],
  ['{} as JSON', ['Content-Type: application/json', 'Content-Length: 2'], '{}'],
  ['an empty form', ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 0']],
  ['length 0 without a type', ['Content-Length: 0']],
];

async function keyPath(): Promise<string> {
  const applicationId = await make.application();
  return `/applications/${applicationId}/accessKeys/${(await make.key(applicationId)).id}`;
}

async function gatewayConfigPath(): Promise<string> {
  const body = {
    id: unique('gateway'),
    applicationId: await make.application(),
    authenticationType: 'NONE',
  };
  must(await api.call('POST', '/gateway/config/auth', { body }));
  return `/gateway/config/auth/${body.id}`;
}

const CALLS: [name: string, method: string, path: () => Promise<string>][] = [
  [
    'give an application a role',
    'POST',
    async () => `/applications/${await make.application()}/roles/WORKER`,
  ],
  ['take it away', 'DELETE', async () => `/applications/${await make.application()}/roles/WORKER`],
  ['create an access key', 'POST', async () => `/applications/${await make.application()}/accessKeys`],
  ['toggle an access key', 'POST', async () => `${await keyPath()}/status`],
  ['delete an access key', 'DELETE', keyPath],
  ['add a member', 'POST', async () => `/groups/${await make.group()}/users/${await make.user()}`],
  ['remove a member', 'DELETE', async () => `/groups/${await make.group()}/users/${await make.user()}`],
  ['delete a user', 'DELETE', async () => `/users/${await make.user()}`],
  ['delete a group', 'DELETE', async () => `/groups/${await make.group()}`],
  ['delete an application', 'DELETE', async () => `/applications/${await make.application()}`],
  ['delete a role', 'DELETE', async () => `/roles/${await make.role()}`],
  ['delete a gateway config', 'DELETE', gatewayConfigPath],
];

describe.each(CALLS)('%s', (_, method, path) => {
  it.each(NO_BODY)('takes %s', async (__, headers, body = '') => {
    const lines = [`X-Authorization: ${api.admin}`, ...headers];
    const answer = await sendRaw(api.url, { method, path: `/api${await path()}`, headers: lines, body });
    expect(answer).toMatchObject({ status: 200 });
  });
});

describe('the form type', () => {
  it('is not a way to send a body', async () => {
    const name = unique('form');
    const answer = await api.call('POST', '/applications', {
      raw: `name=${name}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await api.call('GET', '/applications')).list.map((app) => app['name'])).not.toContain(name);
  });
});
