import { afterAll, describe, expect, it } from 'vitest';
import { sendBeforeReading } from '../../support/send-before-reading.ts';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const MIB = 1024 * 1024;
const json = { 'content-type': 'application/json' };

async function* inChunks(text: string, encoding: BufferEncoding = 'utf8') {
  const bytes = Buffer.from(text, encoding);
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function expectNothingWritten(id: string): Promise<void> {
  expectError(await api.call('GET', `/users/${id}`), 404, id);
}

describe('an error', () => {
  it('has status, message, instance and retryable', async () => {
    const id = unique('nobody');
    const answer = await api.call('GET', `/users/${id}`);
    expect(answer.record).toMatchObject({
      status: 404,
      message: expect.stringContaining(id),
      instance: expect.any(String),
      retryable: false,
    });
  });

  it('tells nothing of the inside', async () => {
    const calls = [
      api.call('GET', `/users/${unique('x')}`),
      api.call('PUT', `/users/${unique('x')}`, { raw: '{', headers: json }),
      api.call('GET', '/users', { token: 'broken' }),
      api.call('GET', '/no/such/path'),
    ];
    for (const { text } of await Promise.all(calls)) {
      expect(text).not.toMatch(/node_modules|\.ts:|at .*\(|SQLITE|sqlite|SELECT |\/src\//);
    }
  });

  it('is what a body in another encoding than UTF-8 gets, and nothing is written', async () => {
    for (const type of ['application/json', 'application/json; charset=iso-8859-1']) {
      const id = unique('latin');
      const raw = inChunks('{"name":"Jos\u00e9","roles":[]}', 'latin1');
      const answer = await api.call('PUT', `/users/${id}`, { raw, headers: { 'content-type': type } });
      expectError(answer, 400, 'UTF-8');
      await expectNothingWritten(id);
    }
  });

  it('names the path of the fault', async () => {
    const body = { name: 'A', roles: ['USER', 7] };
    const { status, text } = await api.call('PUT', `/users/${unique('u')}`, { body });
    expect(status).toBe(400);
    expect(text).toMatch(/roles/);
  });
});

describe('unknown paths and methods', () => {
  it.each([
    ['GET', '/no/such/path'],
    ['POST', '/users'],
    ['PATCH', '/users/x'],
    ['GET', '/'],
  ])('%s %s is an error in JSON', async (method, path) => {
    const answer = await api.call(method, path);
    expect([404, 405]).toContain(answer.status);
    expectError(answer, answer.status);
  });

  it.each([
    ['PUT', '/users/%20', { name: 'Nobody', roles: [] }, 'params/id'],
    ['PUT', '/users/%20%C2%A0', { name: 'Nobody', roles: [] }, 'params/id'],
    ['PUT', '/groups/%20', { description: 'Nothing', roles: [] }, 'params/id'],
    ['POST', '/roles', { name: ' ', permissions: [] }, 'body/name'],
    ['PUT', '/roles/%20', { permissions: [] }, 'params/name'],
    ['POST', '/gateway/config/auth', { id: ' ', applicationId: 'a', authenticationType: 'NONE' }, 'body/id'],
    [
      'PUT',
      '/gateway/config/auth/%20',
      { id: ' ', applicationId: 'a', authenticationType: 'NONE' },
      'params/id',
    ],
  ])('%s %s has an id of blanks only: 400 naming it', async (method, path, body, naming) => {
    expectError(await api.call(method, path, { body }), 400, naming);
  });

  it.each(['%', '%zz', '%E0%A4%A', '%00'])('GET /users/%s is refused, not a crash', async (id) => {
    const answer = await sendRaw(api.url, {
      method: 'GET',
      path: `/api/users/${id}`,
      headers: [`X-Authorization: ${api.admin}`],
    });
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).toContain('message');
  });
});

describe('a body that is not JSON', () => {
  it.each([
    ['broken', '{"name": "A"'],
    ['with trailing text', '{"name": "A"} x'],
    ['a bare word', 'name'],
    ['single quotes', "{'name': 'A'}"],
    ['a comment', '{"name": "A" /* x */}'],
  ])('is 400 and writes nothing: %s', async (_, raw) => {
    const id = unique('user');
    expectError(await api.call('PUT', `/users/${id}`, { raw, headers: json }), 400);
    await expectNothingWritten(id);
  });

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
  ])('is refused as %s, and writes nothing', async (type) => {
    const id = unique('user');
    const answer = await api.call('PUT', `/users/${id}`, {
      raw: '<name/>',
      headers: { 'content-type': type },
    });
    expect([400, 415]).toContain(answer.status);
    expectError(answer, answer.status);
    await expectNothingWritten(id);
  });
});

describe('a body of the wrong shape is 400 and writes nothing', () => {
  it.each([
    ['nothing', undefined],
    ['{}', {}],
    ['a list', []],
    ['a number', 7],
    ['null', null],
    ['a string', 'Ann'],
  ])('%s', async (_, body) => {
    const id = unique('user');
    expectError(await api.call('PUT', `/users/${id}`, { body }), 400);
    await expectNothingWritten(id);
  });

  it('prototype poison', async () => {
    const id = unique('user');
    const raw = '{"name":"A","__proto__":{"admin":true}}';
    expectError(await api.call('PUT', `/users/${id}`, { raw, headers: json }), 400);
    await expectNothingWritten(id);
  });

  it.each([
    1_000, 100_000, 500_000,
  ])('%i levels deep is refused or ignored, never an error of the server', async (depth) => {
    const id = unique('user');
    const raw = `{"name":"A","junk":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const { status } = await api.call('PUT', `/users/${id}`, { raw, headers: json });
    expect([200, 400]).toContain(status);
  });

  it('prototype poison inside a map', async () => {
    const id = unique('group');
    const raw = '{"description":"D","roles":[],"defaultAccess":{"__proto__":["READ"]}}';
    expectError(await api.call('PUT', `/groups/${id}`, { raw, headers: json }), 400);
    expectError(await api.call('GET', `/groups/${id}`), 404, id);
  });
});

describe('a body over 1 MiB', () => {
  const name = 'x'.repeat(MIB);

  it('is 413 and writes nothing', async () => {
    const id = unique('user');
    expectError(await api.call('PUT', `/users/${id}`, { body: { name } }), 413);
    await expectNothingWritten(id);
  });

  it('is 413 in chunks too', async () => {
    const id = unique('user');
    const raw = inChunks(JSON.stringify({ name }));
    expectError(await api.call('PUT', `/users/${id}`, { raw, headers: json }), 413);
    await expectNothingWritten(id);
  });

  it('is 413 even to a client that reads nothing before it has sent all', async () => {
    const answer = await sendBeforeReading(`${api.url}/api/token`, JSON.stringify({ name: name.repeat(10) }));
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"status":413');
  });

  it('is fine just below', async () => {
    const group = await make.group();
    const user = await make.user();
    const body = Array.from({ length: Math.floor((MIB - 100) / (user.length + 3)) }, () => user);
    expect(await api.call('POST', `/groups/${group}/users`, { body })).toMatchObject({ status: 200 });
  });
});
