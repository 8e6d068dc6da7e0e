import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing, object, text as textOf } from '../../src/gateway/upstream/reading/shape.ts';
import { startInside } from '../changes/in-process.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { html, reset } from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer, text } from './misbehaving-server.ts';
import { clientFor, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const GROUP = path`/api/groups/security`;
const CALL = '/api/groups/security';
const REQUEST = path`/workflow-engine/api/v1/requests/r1`;
const readId = (body: unknown) => textOf(object(body, 'thing')['id'], 'thing.id');

/** What servers of other kinds say where they have nothing. */
const STRANGERS: readonly [who: string, answer: Behaviour][] = [
  ['says nothing', (response) => void response.writeHead(404).end()],
  ['says "Not Found"', text('Not Found', 'text/plain', 404)],
  ['shows a page', text('<!doctype html><h1>404</h1>', 'text/html; charset=utf-8', 404)],
  ['shows a page and calls it text', text('\n<html>404', 'text/plain', 404)],
  ['sends XML, as stores of files do', text('<?xml version="1.0"?><Error/>', 'application/xml', 404)],
  ['is an ingress without a backend', text('default backend - 404', 'text/plain', 404)],
  ['sends an empty object', json({}, 404)],
  ['sends a list', json([], 404)],
  ['sends null', json(null, 404)],
  ['is Spring', json({ timestamp: '2026-01-01', status: 404, error: 'Not Found', path: CALL }, 404)],
  [
    'is Spring that tells messages',
    json({ timestamp: 1, status: 404, error: 'Not Found', message: 'No message available', path: CALL }, 404),
  ],
  [
    'is Fastify or Nest',
    json({ message: `Route GET:${CALL} not found`, error: 'Not Found', statusCode: 404 }, 404),
  ],
  ['is an API gateway', json({ message: 'no Route matched with those values' }, 404)],
  ['is FastAPI', json({ detail: 'Not Found' }, 404)],
  ['is Kubernetes', json({ kind: 'Status', status: 'Failure', message: 'not found', code: 404 }, 404)],
  ['sends a problem', json({ type: 'about:blank', title: 'Not Found', status: 404, detail: 'x' }, 404)],
  ['means another status', json({ status: 400, message: 'no' }, 404)],
  ['says no sentence', json({ status: 404, message: '' }, 404)],
];

const foreign = (upstream: string, status = 404) => ({
  name: 'ForeignServerError',
  code: 'UPSTREAM_ERROR',
  status,
  message: expect.stringContaining(`There is no ${upstream} at this URL`),
});

describe('a server that', () => {
  test.each(STRANGERS)('%s, with 404, is not believed that there is none', async (_, answer) => {
    server.on(`GET ${CALL}`, answer);
    const client = clientFor(server.url);
    await expect(client.find(GROUP, readId)).rejects.toMatchObject(foreign('authorization API'));
    await expect(client.findNow(GROUP, readId)).rejects.toMatchObject(foreign('authorization API'));
    await expect(clientFor(server.url).get(GROUP, readId)).rejects.toMatchObject(
      foreign('authorization API'),
    );
  });

  test.each(STRANGERS)('%s, with 404, has deleted nothing, nor found it deleted', async (_, answer) => {
    server.on(`DELETE ${CALL}`, answer);
    const remove = (repeats: number) =>
      clientFor(server.url, { guard: { repeats } }).write('IDEMPOTENT_BY_METHOD', 'DELETE', GROUP, nothing);
    await expect(remove(0)).rejects.toMatchObject(foreign('authorization API'));
    server.on(`DELETE ${CALL}`, reset, answer);
    await expect(remove(1)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(server.log).toHaveLength(3);
  });

  test("speaks in the workflow engine's words is not believed for the authorization API", async () => {
    const answer = json({ error_code: 'OBJECT_NOT_FOUND', error_message: 'no such object' }, 404);
    server.on(`GET ${CALL}`, answer).on('GET /workflow-engine/api/v1/requests/r1', answer);
    await expect(clientFor(server.url).find(GROUP, readId)).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
    });
    expect(await clientFor(server.url).find(REQUEST, readId)).toBeNull();
  });

  test.each([301, 302, 303, 307, 308])('sends elsewhere (%i) is not the API', async (status) => {
    server.on(`GET ${CALL}`, text('', 'text/plain', status, { location: 'http://127.0.0.1/login' }));
    await expect(clientFor(server.url).find(GROUP, readId)).rejects.toMatchObject(
      foreign('authorization API', status),
    );
    expect(server.log).toHaveLength(1);
  });

  test.each<[what: string, answer: Behaviour]>([
    ['a page', html('Sign in')],
    ['a page for everything, as the servers of single pages do', html('<div id=root></div>')],
    ['a page that it calls text', text('<!doctype html>', 'text/plain')],
    ['a page that it calls JSON', text(' <html>', 'application/json')],
  ])('has %s and 200 is not the API, for reads and for writes', async (_, answer) => {
    server.on(`GET ${CALL}`, answer).on(`DELETE ${CALL}`, answer);
    const client = clientFor(server.url);
    await expect(client.find(GROUP, (body) => body)).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      message: expect.stringContaining('no such API at this URL'),
    });
    await expect(client.write('IDEMPOTENT_BY_METHOD', 'DELETE', GROUP, nothing)).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
  });
});

describe('a 404', () => {
  test.each<[what: string, body: object]>([
    ['in the form of the API', { status: 404, message: 'No group with id security' }],
    [
      'with all that real servers add',
      {
        status: 404,
        code: 'NOT_FOUND',
        error: 'NOT_FOUND',
        message: 'No group security',
        instance: 'node-1',
        retryable: false,
        metadata: {},
        validationErrors: [],
      },
    ],
  ])('%s is believed from the first call on', async (_, body) => {
    server.on(`GET ${CALL}`, json(body, 404));
    expect(await clientFor(server.url).find(GROUP, readId)).toBeNull();
  });

  test('in another form is believed where the API has answered once', async () => {
    const upstream = upstreamFor(server.url);
    server.on('GET /api/groups/ops', json({ id: 'ops' }));
    expect(await clientOf(upstream).find(path`/api/groups/ops`, readId)).toBe('ops');
    for (const answer of [json({}, 404), text('gone', 'text/plain', 404)]) {
      server.on(`GET ${CALL}`, answer).on(`DELETE ${CALL}`, reset, answer);
      expect(await clientOf(upstream).find(GROUP, readId)).toBeNull();
    }
  });

  test('with a page is never believed: something in between shows it', async () => {
    const upstream = upstreamFor(server.url);
    server.on('GET /api/groups/ops', json({ id: 'ops' }));
    await clientOf(upstream).find(path`/api/groups/ops`, readId);
    server.on(`GET ${CALL}`, text('<html>default backend - 404', 'text/html', 404));
    await expect(clientOf(upstream).find(GROUP, readId)).rejects.toMatchObject(foreign('authorization API'));
  });

  test.each<[what: string, answer: Behaviour]>([
    ['an empty list', json([])],
    ['an empty object', json({})],
    ['a body that cannot be read', json({ name: 'no id' })],
    ['a refusal', json({ message: 'no' }, 403)],
    ['a page', html('Welcome')],
  ])('is not proved to be the API by %s', async (_, answer) => {
    const upstream = upstreamFor(server.url);
    server.on('GET /api/groups', answer).on(`GET ${CALL}`, json({}, 404));
    await clientOf(upstream)
      .get(path`/api/groups`, (body) =>
        Array.isArray(body) ? body : Object.keys(object(body, 'x')).length && readId(body),
      )
      .catch(() => {});
    await expect(clientOf(upstream).find(GROUP, readId)).rejects.toMatchObject(foreign('authorization API'));
  });
});

describe('a gateway before a server that answers 404 to everything', () => {
  let stranger: MisbehavingServer;
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    stranger = await MisbehavingServer.start(text('Not Found', 'text/plain', 404));
    gateway = await GatewayUnderTest.start(stranger.url, { workflowUrl: stranger.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await stranger.stop();
  });

  test.each([
    '{ it: group(id: "security") { id description } }',
    '{ it: user(id: "ann") { name } }',
    '{ it: role(id: "r") { description } }',
    '{ it: application(by: { id: "a" }) { name } }',
    '{ it: application(by: { accessKeyId: "k" }) { name } }',
    '{ it: gatewayAuthConfig(id: "c") { audience } }',
    '{ it: users { totalCount } }',
    '{ it: whoCan(target: { type: DOMAIN, id: "d" }, access: READ) { people { totalCount } } }',
    '{ it: explain(user: "ann", target: { type: DOMAIN, id: "d" }, access: READ) { decision } }',
    '{ it: viewer { id } }',
    'mutation { it: deleteUser(id: "ann") { deletedId userErrors { code } } }',
    'mutation { it: deleteGroup(id: "g") { deletedId userErrors { code } } }',
    'mutation { it: addUserToGroup(groupId: "g", userId: "ann") { userErrors { code } } }',
  ])('says so, and what to do, in place of null: %s', async (document) => {
    const { data, errors } = await gateway.send(document);
    expect(data?.it ?? null).toBeNull();
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(/There is no authorization API at this URL.*check the URL/),
      extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 404 },
    });
  });

  test.each([
    '{ it: roleWorkflow(id: "w") { name } }',
    '{ it: accessRequest(id: "q") { name } }',
    '{ it: roleWorkflows { totalCount } }',
    'mutation { it: deleteRoleWorkflow(id: "w") { deletedId userErrors { code } } }',
  ])('says the same of the workflow engine: %s', async (document) => {
    const { data, errors } = await gateway.send(document);
    expect(data?.it ?? null).toBeNull();
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('There is no workflow engine at this URL'),
      extensions: { code: 'UPSTREAM_ERROR' },
    });
  });
});

test('the watcher tells of nothing that it is gone while a stranger stands in for the API', async () => {
  const lists: Readonly<Record<string, unknown>> = {
    '/api/users?apps=true': [{ id: 'ann' }],
    '/api/groups': [{ id: 'eng' }],
    '/api/roles': [{ name: 'r', permissions: [] }],
    '/api/applications': [{ id: 'a' }],
    '/api/gateway/config/auth': [],
    '/api/users/ann/permissions': {
      grantedAccess: [{ target: { type: 'DOMAIN', id: 'd' }, access: ['READ'] }],
    },
    '/api/groups/eng/permissions': { grantedAccess: [] },
    '/api/auth/subjects/ROLE/r/grants': [],
    '/api/applications/a/accessKeys': [{ id: 'k' }],
  };
  const answerAll = (answer?: Behaviour) => {
    for (const [call, body] of Object.entries(lists)) server.on(`GET ${call}`, answer ?? json(body));
  };
  answerAll();
  const inside = startInside(server.url, { changes: { watch: { everyMs: 1000, calls: 100 } } });
  const watcher = inside.watch('t');
  await watcher.round();
  const feed = await inside.follow('subscription { accessChanges { kind action } }', 't');
  const page = text('<html>default backend - 404', 'text/html', 404);
  answerAll(page);
  await watcher.round();
  // What is about one thing can be reached before the lists can, and the other way round.
  answerAll();
  for (const call of ['/api/users/ann/permissions', '/api/applications/a/accessKeys'])
    server.on(`GET ${call}`, page);
  await watcher.round();
  answerAll();
  server.on('GET /api/groups', json([{ id: 'eng' }, { id: 'new' }]));
  await watcher.round();
  expect((await feed.atLeast(1)).map(({ accessChanges }) => accessChanges)).toEqual([
    { kind: 'GROUP', action: 'CREATED' },
  ]);
  await feed.stop();
  await inside.stop();
});
