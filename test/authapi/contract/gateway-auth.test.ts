import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const PATH = '/gateway/config/auth';

async function config(fields: object = {}) {
  const applicationId = await make.application();
  return { id: unique('gateway'), applicationId, authenticationType: 'NONE', ...fields };
}

async function created(fields: object = {}) {
  const body = await config(fields);
  must(await api.call('POST', PATH, { body }));
  return { body, path: `${PATH}/${enc(body.id)}` };
}

describe('creating a gateway authentication config', () => {
  it('answers the id as a JSON string', async () => {
    const body = await config();
    const answer = await api.call('POST', PATH, { body });
    expect(answer).toMatchObject({ status: 200, text: JSON.stringify(body.id) });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });

  it('keeps every field and adds who did it', async () => {
    const { token, userId } = await make.actor('METADATA_MANAGER');
    const granted = { type: 'USER', id: userId };
    const flags = { fallbackToDefaultAuth: true, passthrough: false, tokenInWorkflowInput: true };
    const body = await config({ authenticationType: 'API_KEY', ...flags });
    await make.grant(granted, { type: 'APPLICATION', id: body.applicationId }, ['UPDATE']);
    must(await api.call('POST', PATH, { token, body: { ...body, apiKeys: ['k1', 'k2'] } }));
    const { record } = await api.call('GET', `${PATH}/${body.id}`);
    expect(record).toMatchObject({ ...body, ...flags, createdBy: userId, updatedBy: userId });
    expect(record).toHaveProperty('apiKeys');
  });

  it.each([
    ['NONE', {}],
    ['API_KEY', { apiKeys: ['k'] }],
    ['OIDC', { issuerUri: 'https://issuer.example.com', audience: 'shop' }],
  ])('takes the type %s', async (authenticationType, fields) => {
    const { path } = await created({ authenticationType, ...fields });
    const { audience, issuerUri } = { audience: undefined, issuerUri: undefined, ...fields };
    const { record } = await api.call('GET', path);
    expect(record).toMatchObject({ authenticationType });
    expect(record['audience'] ?? undefined).toBe(audience);
    expect(record['issuerUri'] ?? undefined).toBe(issuerUri);
  });

  it('keeps the id as the client wrote it', async () => {
    const id = unique('Shop gateway/eu');
    const { path } = await created({ id });
    expect((await api.call('GET', path)).record).toMatchObject({ id });
  });

  it.each([
    ['no id', { id: undefined }, 'id'],
    ['an empty id', { id: '' }, 'id'],
    ['no application', { applicationId: undefined }, 'applicationId'],
    ['no type', { authenticationType: undefined }, 'authenticationType'],
    ['an unknown type', { authenticationType: 'BEARER' }, 'authenticationType'],
    ['OIDC without an issuer', { authenticationType: 'OIDC' }, 'issuerUri'],
    ['api keys that are no list', { authenticationType: 'API_KEY', apiKeys: 'k' }, 'apiKeys'],
  ])('refuses %s', async (_, fields, naming) => {
    const body = await config(fields);
    expectError(await api.call('POST', PATH, { body }), 400, naming);
    const ids = (await api.call('GET', PATH)).list.map(({ applicationId }) => applicationId);
    expect(ids).not.toContain(body.applicationId ?? 'none');
  });

  it('refuses the older body, {name, type, enabled, config}', async () => {
    const body = { name: unique('gateway'), type: 'BEARER', enabled: true, config: { headerName: 'X' } };
    expectError(await api.call('POST', PATH, { body }), 400);
  });

  it('refuses an id that is taken', async () => {
    const { body } = await created();
    expectError(await api.call('POST', PATH, { body }), 409, body.id);
  });
});

describe('reading, replacing and deleting', () => {
  it('lists what reading one gives', async () => {
    const { path } = await created();
    expect((await api.call('GET', PATH)).list).toContainEqual((await api.call('GET', path)).json);
  });

  it('answers the config after PUT', async () => {
    const { body, path } = await created();
    const { token, userId } = await make.actor('USER');
    await make.grant({ type: 'USER', id: userId }, { type: 'APPLICATION', id: body.applicationId }, [
      'UPDATE',
    ]);
    const changed = { ...body, authenticationType: 'API_KEY', apiKeys: ['new'], passthrough: true };
    const { status, record } = await api.call('PUT', path, { token, body: changed });
    expect(status).toBe(200);
    expect(record).toMatchObject({
      id: body.id,
      authenticationType: 'API_KEY',
      passthrough: true,
      updatedBy: userId,
    });
    expect(record['createdBy']).not.toBe(userId);
    expect((await api.call('GET', path)).json).toEqual(record);
  });

  it('refuses a faulty PUT and changes nothing', async () => {
    const { body, path } = await created();
    const before = await api.call('GET', path);
    const faulty = { ...body, authenticationType: 'BEARER' };
    expectError(await api.call('PUT', path, { body: faulty }), 400, 'authenticationType');
    expect((await api.call('GET', path)).json).toEqual(before.json);
  });

  it('deletes with an empty answer, and is 404 then', async () => {
    const { body, path } = await created();
    expectEmpty(await api.call('DELETE', path));
    expectError(await api.call('GET', path), 404, body.id);
    expectError(await api.call('DELETE', path), 404, body.id);
    expectError(await api.call('PUT', path, { body }), 404, body.id);
  });
});

describe('writing a config takes UPDATE on its application, besides the permission', () => {
  const may = async (access: string[], ...roles: string[]) => {
    const actor = await make.actor(...roles);
    return {
      ...actor,
      on: (id: string) => make.grant({ type: 'USER', id: actor.userId }, { type: 'APPLICATION', id }, access),
    };
  };

  it('which somebody else’s is not, and an unknown one neither', async () => {
    const { token } = await make.actor('USER');
    const { body, path } = await created();
    const before = (await api.call('GET', path)).json;
    for (const applicationId of [body.applicationId, unique('unknown')]) {
      const sent = { ...body, id: unique('gateway'), applicationId };
      expectError(await api.call('POST', PATH, { token, body: sent }), 403, applicationId);
      expectError(await api.call('GET', `${PATH}/${sent.id}`), 404);
    }
    expectError(await api.call('PUT', path, { token, body }), 403, body.applicationId);
    expectError(await api.call('DELETE', path, { token }), 403, body.applicationId);
    expect((await api.call('GET', path)).json).toEqual(before);
  });

  it('of the application that it is taken from as well as of the one that gets it', async () => {
    const actor = await may(['UPDATE'], 'USER');
    const { token } = actor;
    const [own, foreign] = [await make.application(token), await make.application()];
    const mine = await created({ applicationId: own });
    const theirs = await created({ applicationId: foreign });
    const put = ({ body, path }: typeof mine, applicationId: string) =>
      api.call('PUT', path, { token, body: { ...body, applicationId } });
    expectError(await put(mine, foreign), 403, foreign);
    expectError(await put(theirs, own), 403, foreign);
    await actor.on(foreign);
    must(await put(theirs, own));
    must(await put(mine, foreign));
    expectEmpty(await api.call('DELETE', mine.path, { token }));
  });

  it.each([['READ'], ['DELETE'], ['EXECUTE'], ['CREATE']])('which %s is not', async (access) => {
    const { token, on } = await may([access], 'USER');
    const { body, path } = await created();
    await on(body.applicationId);
    expectError(await api.call('PUT', path, { token, body }), 403, body.applicationId);
    expectError(await api.call('DELETE', path, { token }), 403, body.applicationId);
  });

  it('and UPDATE alone is not enough', async () => {
    const { token, on } = await may(['UPDATE'], 'WORKER');
    const { body, path } = await created();
    await on(body.applicationId);
    expectError(await api.call('PUT', path, { token, body }), 403);
    expectError(await api.call('DELETE', path, { token }), 403);
    expectError(await api.call('POST', PATH, { token, body: { ...body, id: unique('gateway') } }), 403);
  });
});

describe('a config under an id that is not taken, but on which somebody holds a grant', () => {
  const grantedOn = async (id: string) =>
    (await api.call('GET', `/auth/authorization/AUTH_CONFIG/${enc(id)}?groupBy=subject`)).json;

  it.each([
    ['another user', 'USER', () => make.user()],
    ['a group', 'GROUP', () => make.group()],
    ['a role', 'ROLE', () => make.role()],
    ['a user that does not exist', 'USER', async () => unique('nobody')],
  ])('held by %s: is not new, so it is neither created nor cleared of that grant', async (_, type, holder) => {
    const { token } = await make.actor('USER');
    const body = await config({ applicationId: await make.application(token) });
    const subject = { type, id: await holder() };
    await make.grant(subject, { type: 'AUTH_CONFIG', id: body.id }, ['READ']);
    expectError(await api.call('POST', PATH, { token, body }), 403, body.id);
    expectError(await api.call('DELETE', `${PATH}/${body.id}`, { token }), 404, body.id);
    expect(await grantedOn(body.id)).toEqual({ [`${subject.type}:${subject.id}`]: ['READ'] });
    must(await api.call('POST', PATH, { body }));
    expectError(await api.call('POST', PATH, { token, body }), 409, body.id);
  });

  it('some access of one’s own is not enough, nor are all permissions: all five are', async () => {
    const role = await make.role([
      'CREATE_AUTH_CONFIG',
      'READ_AUTH_CONFIG',
      'UPDATE_AUTH_CONFIG',
      'DELETE_AUTH_CONFIG',
    ]);
    const { token, userId } = await make.actor('USER', role);
    const body = await config({ applicationId: await make.application(token) });
    const [mine, target] = [
      { type: 'USER', id: userId },
      { type: 'AUTH_CONFIG', id: body.id },
    ];
    await make.grant(mine, target, ['READ']);
    expectError(await api.call('POST', PATH, { token, body }), 403, body.id);
    await make.grant(mine, target, ['CREATE', 'UPDATE', 'DELETE', 'EXECUTE']);
    must(await api.call('POST', PATH, { token, body }));
  });

  it('and full access to the id is not the permission to create', async () => {
    const { token, userId } = await make.actor('APPLICATION_CREATOR');
    const body = await config({ applicationId: await make.application(token) });
    const access = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];
    await make.grant({ type: 'USER', id: userId }, { type: 'AUTH_CONFIG', id: body.id }, access);
    expectError(await api.call('POST', PATH, { token, body }), 403, userId);
  });
});
