import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../src/gateway/upstream/client/known-secrets.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { type Behaviour, json, MisbehavingServer, text } from '../upstream/misbehaving-server.ts';

const KEY_SECRET = 'CANARY-key-secret "1"';
const OAUTH_SECRET = 'CANARY-oauth-secret';
const API_SECRET = 'CANARY-api-secret';
const SERVICE_TOKEN = 'CANARY-service-token';
const CALLER_TOKEN = 'CANARY-caller-token';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, {
    serviceKey: { keyId: 'k1', keySecret: KEY_SECRET },
    workflowUrl: server.url,
    workflowServiceKey: {
      oauthClientId: 'o',
      oauthClientSecret: OAUTH_SECRET,
      apiClientId: 'a',
      apiClientSecret: API_SECRET,
    },
  });
});
afterEach(() => {
  server.reset();
  gateway.logged.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

/** Everything that was sent, as servers quote it. */
function quoted({ headers, body }: { headers: object; body: string }): string {
  return `headers ${JSON.stringify(headers)} body ${body} ${encodeURIComponent(body)} ${Buffer.from(body).toString('base64')}`;
}

/** Refuses a request by quoting it. */
const quoting =
  (status: number): Behaviour =>
  (response, call) =>
    json({ message: quoted(call), error_message: quoted(call), error: 'NO' }, status)(response, call);

const SECRET = /CANARY|Q0FOQVJZ|NBTkFSW|DQU5BUl/i;

function expectSilence(answer: { readonly text: string }): void {
  expect(answer.text).not.toMatch(SECRET);
  expect(JSON.stringify(gateway.logged)).not.toMatch(SECRET);
}

describe('no answer and no log holds a secret, though the upstream quotes what it refuses:', () => {
  const READ = '{ user(id: "ann") { name } }';

  test.each([400, 401, 403, 409, 422, 429, 500])('a sign-in with our own key, %i', async (status) => {
    server.on('POST /api/token', quoting(status)).on('POST /auth/api/v1/oauth/token', quoting(status));
    const answer = await gateway.send('{ user(id: "ann") { name } roleWorkflow(id: "w") { name } }');
    expectSilence(answer);
    expect(answer.data).toEqual({ user: null, roleWorkflow: null });
    expect(answer.errors.map(({ message }) => message).toSorted()).toEqual([
      `The gateway cannot sign in to the authorization API with its own key (status ${status}).`,
      `The gateway cannot sign in to the workflow engine with its own key (status ${status}).`,
    ]);
  });

  test('a sign-in with our own key, 404: only a server that is no such API knows no sign-in', async () => {
    server.on('POST /api/token', quoting(404)).on('POST /auth/api/v1/oauth/token', quoting(404));
    const answer = await gateway.send('{ user(id: "ann") { name } roleWorkflow(id: "w") { name } }');
    expectSilence(answer);
    expect(answer.data).toEqual({ user: null, roleWorkflow: null });
    expect(answer.errors.map(({ message }) => message).toSorted()).toEqual([
      expect.stringMatching(/^There is no authorization API at this URL/),
      expect.stringMatching(/^There is no workflow engine at this URL/),
    ]);
  });

  test.each([400, 401, 403, 422])('a read with our own token, %i', async (status) => {
    server
      .on('POST /api/token', json({ token: SERVICE_TOKEN }))
      .on('GET /api/users/ann', quoting(status))
      .on('POST /auth/api/v1/oauth/token', json({ access_token: `${SERVICE_TOKEN}-2` }))
      .on('GET /workflow-engine/api/v1/workflows/w', quoting(status));
    const answer = await gateway.send('{ user(id: "ann") { name } roleWorkflow(id: "w") { name } }');
    expectSilence(answer);
    expect(answer.errors).toHaveLength(2);
    for (const { message } of answer.errors) expect(message).toContain('[hidden]');
  });

  test("a read with the caller's token", async () => {
    server.on('GET /api/users/ann', quoting(403));
    const answer = await gateway.send(READ, {}, { authorization: `Bearer ${CALLER_TOKEN}` });
    expectSilence(answer);
    expect(answer.errors[0]?.message).toContain('[hidden]');
  });

  test.each<[string, string, object]>([
    [
      'signing in',
      'mutation ($input: GenerateTokenInput!) { generateToken(input: $input) { token userErrors { message field } } }',
      { input: { keyId: 'k', keySecret: 'CANARY-guess' } },
    ],
    [
      'configuring',
      `mutation ($input: GatewayAuthConfigInput!) { createGatewayAuthConfig(id: "g", input: $input) { userErrors { message field } } }`,
      {
        input: {
          applicationId: 'a',
          authenticationType: 'API_KEY',
          apiKeys: ['CANARY-api-key', 'CANARY-api-key-2'],
          conductorToken: 'CANARY-conductor',
        },
      },
    ],
  ])('a write that carries secrets: %s', async (_, mutation, variables) => {
    for (const status of [400, 401, 403, 409]) {
      server.on('POST /api/token', quoting(status)).on('POST /api/gateway/config/auth', quoting(status));
      expectSilence(await gateway.send(mutation, variables, { authorization: `Bearer ${CALLER_TOKEN}` }));
    }
  });

  test('what it made a moment ago: a key, a token', async () => {
    const authorization = `Bearer ${CALLER_TOKEN}`;
    server
      .on('POST /api/applications/a/accessKeys', json({ id: 'k2', secret: 'CANARY-new-secret' }))
      .on('POST /api/token', json({ token: 'CANARY-new-token', expiresIn: 60 }))
      .on('GET /api/users/ann', json({ message: 'of k2: CANARY-new-secret, of it: canary-new-token!' }, 400));
    await gateway.send('mutation { createAccessKey(applicationId: "a") { secret } }', {}, { authorization });
    await gateway.send(
      'mutation { generateToken(input: {keyId: "k2", keySecret: "x"}) { token } }',
      {},
      { authorization },
    );
    const answer = await gateway.send(READ, {}, { authorization: 'Bearer other' });
    expectSilence(answer);
    expect(answer.errors[0]?.message).toBe('of k2: [hidden], of it: [hidden]!');
  });

  test('a success that is no JSON', async () => {
    server.on('GET /api/users/ann', text(`CANARY-in-the-body`, 'application/json'));
    expectSilence(await gateway.send(READ, {}, { authorization: `Bearer ${CALLER_TOKEN}` }));
  });
});

test('no line of the watcher holds a secret', async () => {
  const watched = await MisbehavingServer.start();
  watched.on('POST /api/token', json({ token: SERVICE_TOKEN }));
  for (const list of ['users?apps=true', 'groups', 'roles', 'gateway/config/auth']) {
    watched.on(`GET /api/${list}`, quoting(400));
  }
  watched.on('GET /api/applications', text('CANARY-in-the-body', 'application/json'));
  const watching = await GatewayUnderTest.start(watched.url, {
    logLevel: 'trace',
    serviceKey: { keyId: 'k1', keySecret: KEY_SECRET },
    changes: {
      file: ':memory:',
      history: { rows: 100, ageMs: 3_600_000 },
      backlog: 100,
      watch: { everyMs: 10, calls: 10 },
    },
  });
  try {
    await watched.received(12);
    const told = watching.logged.filter(({ msg }) => msg === 'Changes made elsewhere cannot be looked for');
    expect(told).toHaveLength(5);
    expect(JSON.stringify(watching.logged)).not.toMatch(SECRET);
  } finally {
    await watching.stop();
    await watched.stop();
  }
});

describe('what is cut out of a sentence', () => {
  const secret = 'pa/ss"wörd+1=';
  const secrets = new KnownSecrets([secret, 'abc']);
  const told = (words: string, ...own: string[]) => secrets.sentence(words, own);

  test.each([
    ['as it is', secret],
    ['in another case', secret.toUpperCase().replace('Ö', 'ö')],
    ['percent-encoded', encodeURIComponent(secret)],
    ['as a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['escaped in JSON', JSON.stringify(secret).slice(1, -1)],
    ['escaped twice', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ])('is a secret %s', (_, spelling) => {
    expect(told(`The key <${spelling}> is wrong.`)).toBe('The key <[hidden]> is wrong.');
  });

  test.each(['', 'a', 'ab', 'abc'])('is most of a base64 that holds one after "%s"', (before) => {
    const encoded = Buffer.from(`${before}:${secret}`).toString('base64url');
    expect(Buffer.from(told(encoded).replace('[hidden]', ''), 'base64url').toString()).not.toContain('ss"w');
  });

  test('is a short one only where it is a word of its own', () => {
    expect(told('abc, abcdef and xabc')).toBe('[hidden], abcdef and xabc');
  });

  test('are parts of what the call carried, since servers shorten what they quote', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';
    expect(told(`Bad token ${token.slice(5, 30)}...`, token)).toBe('Bad token [hidden]...');
  });

  test('is one that stands across the end of the sentence', () => {
    const words = 'x'.repeat(395);
    expect(told(`${words}${secret}`)).toBe(`${words}[hidden]`);
  });

  test('is nothing else', () => {
    expect(told('The user ann@example.com is not known.')).toBe('The user ann@example.com is not known.');
    expect(told('x'.repeat(500))).toHaveLength(400);
  });
});
