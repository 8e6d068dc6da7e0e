import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type GatewayOverrides, GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { html, never, reset } from '../upstream/bad-answers.ts';
import { type Behaviour, json, MisbehavingServer } from '../upstream/misbehaving-server.ts';

const WORKFLOW = 'GET /workflow-engine/api/v1/workflows/w1';
const REQUEST = 'GET /workflow-engine/api/v1/requests/r1';
const SIGN_IN = 'POST /auth/api/v1/oauth/token';
const ANN = 'GET /api/users/ann';
/** Everything that needs the engine stands beside something that does not. */
const QUERY = `{ roleWorkflow(id: "w1") { name } user(id: "ann") { name requests { totalCount } timeBoxedRoles {
  role { name } } } }`;

let authorization: MisbehavingServer;
let engine: MisbehavingServer;
beforeAll(async () => {
  authorization = await MisbehavingServer.start();
  engine = await MisbehavingServer.start();
});
afterEach(() => {
  authorization.reset();
  engine.reset();
});
afterAll(async () => {
  await authorization.stop();
  await engine.stop();
});

async function ask(
  query: string,
  overrides: GatewayOverrides = {},
  ...callers: Record<string, string>[]
): Promise<Answer> {
  authorization.on(ANN, json({ id: 'ann', name: 'Ann', uuid: 'u1' }));
  const gateway = await GatewayUnderTest.start(authorization.url, { workflowUrl: engine.url, ...overrides });
  try {
    const answers: Answer[] = [];
    for (const headers of callers.length > 0 ? callers : [{}]) {
      answers.push(await gateway.send(query, {}, headers));
    }
    return answers.at(-1) as Answer;
  } finally {
    await gateway.stop();
  }
}

/** Errors as `path: CODE`, sorted. */
function codes({ errors }: Answer): string[] {
  return errors.map(({ path, extensions }) => `${path?.join('.')}: ${extensions['code']}`).sort();
}

/** Errors at every field that needs the engine, and the rest answered. */
async function expectOnlyEngineFields(overrides: GatewayOverrides, code: string): Promise<Answer> {
  const answer = await ask(QUERY, overrides);
  expect(answer.data).toEqual({
    roleWorkflow: null,
    user: { name: 'Ann', requests: null, timeBoxedRoles: null },
  });
  expect(codes(answer)).toEqual([
    `roleWorkflow: ${code}`,
    `user.requests: ${code}`,
    `user.timeBoxedRoles: ${code}`,
  ]);
  return answer;
}

describe('without an engine, the fields that need it are null and say why, and all others answer', () => {
  test('where none is configured: with what to configure', async () => {
    const { errors } = await expectOnlyEngineFields({ workflowUrl: null }, 'UPSTREAM_UNAVAILABLE');
    expect(errors[0]?.message).toBe(
      'No workflow engine is configured. Set workflowUrl (ROLEGRAPH_WORKFLOW_URL) to the URL of one.',
    );
    const write = 'mutation { deleteRoleWorkflow(id: "w1") { deletedId userErrors { code } } }';
    expect(await ask(write, { workflowUrl: null })).toMatchObject({
      data: { deleteRoleWorkflow: null },
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
  });

  test('where it is down', async () => {
    const { errors } = await expectOnlyEngineFields(
      { workflowUrl: 'http://127.0.0.1:9' },
      'UPSTREAM_UNAVAILABLE',
    );
    expect(errors[0]?.message).toBe('The workflow engine cannot be reached.');
  });
});

describe('an engine that answers badly', () => {
  const refusal = { error_code: 'PERMISSION_DENIED', error_message: 'workflows-view is needed' };
  test.each<[string, Behaviour, string, string | RegExp]>([
    ['refuses', json(refusal, 403), 'FORBIDDEN', 'workflows-view is needed'],
    ['knows no such token', json({ error_code: 'X' }, 401), 'UNAUTHENTICATED', /status 401/],
    ['is asked too often', json({}, 429, { 'retry-after': '7' }), 'RATE_LIMITED', /status 429/],
    ['fails', json({ error_message: 'stack trace' }, 500), 'UPSTREAM_ERROR', /status 500/],
    ['hangs up', reset, 'UPSTREAM_UNAVAILABLE', 'The workflow engine cannot be reached.'],
    ['is silent', never, 'UPSTREAM_TIMEOUT', 'The workflow engine did not answer in time.'],
    ['sends a page', html('welcome'), 'UPSTREAM_INVALID_RESPONSE', /expected JSON/],
    ['lacks the id', json({ name: 'x' }), 'UPSTREAM_INVALID_RESPONSE', /workflow\.id/],
    ['has no time', json({ id: 'w1', created: 'soon' }), 'UPSTREAM_INVALID_RESPONSE', /RFC 3339/],
    [
      'counts in words',
      json({ id: 'w1', max_active_requests: 'two' }),
      'UPSTREAM_INVALID_RESPONSE',
      /whole number/,
    ],
  ])('%s', async (_, behaviour, code, message) => {
    engine.on(WORKFLOW, behaviour);
    const limits = { callMs: 300 };
    const { data, errors } = await ask('{ roleWorkflow(id: "w1") { name } user(id: "ann") { name } }', {
      limits,
    });
    expect(data).toEqual({ roleWorkflow: null, user: { name: 'Ann' } });
    expect(errors).toMatchObject([{ path: ['roleWorkflow'], extensions: { code } }]);
    expect(errors[0]?.message).toMatch(message);
  });

  test('has no such thing: null, without an error', async () => {
    engine.on(REQUEST, json({ error_code: 'OBJECT_NOT_FOUND', error_message: 'no request r1' }, 404));
    expect(await ask('{ accessRequest(id: "r1") { id } }')).toMatchObject({
      data: { accessRequest: null },
      errors: [],
    });
  });

  test('refuses a faulty value: userErrors, at the argument behind its property', async () => {
    const fault = { error_code: 'VALUE_OUT_OF_BOUNDS', error_message: 'too short', property: 'name' };
    engine.on('POST /workflow-engine/api/v1/workflows', json(fault, 400));
    const { data, errors } =
      await ask(`mutation { createRoleWorkflow(input: { name: "a", targetRoles: [{ id: "r" }],
      steps: [{ name: "s", match: ANY, approverRoles: [{ id: "r" }] }] }) { roleWorkflow { id }
      userErrors { code message field } } }`);
    expect({ data, errors }).toEqual({
      data: {
        createRoleWorkflow: {
          roleWorkflow: null,
          userErrors: [{ code: 'INVALID_INPUT', message: 'too short', field: ['input', 'name'] }],
        },
      },
      errors: [],
    });
  });

  test('is asked once only for what must not be repeated', async () => {
    engine.on('POST /workflow-engine/api/v1/requests/r1/decision', reset);
    const { data, errors } = await ask(
      'mutation { approveAccessRequest(id: "r1", step: 0) { userErrors { code } } }',
    );
    expect(data).toEqual({ approveAccessRequest: null });
    expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN' } }]);
    // What came of it is looked for, and here not found.
    expect(engine.log.toSorted()).toEqual([
      'GET /role-store/api/v1/users/current',
      'GET /workflow-engine/api/v1/requests/r1',
      'POST /workflow-engine/api/v1/requests/r1/decision',
    ]);
  });
});

describe('an engine of a later version', () => {
  test('may use words unknown here: null, and as it spells them', async () => {
    const approver = { role: { id: 'a', name: 'lead' }, decision: 'DELEGATED' };
    const later = {
      id: 'r1',
      status: 'ESCALATED',
      action: 'SWAP',
      grant_type: 'LUNAR',
      steps: [{ match: 'MOST', approvers: [approver] }],
      novelty: { anything: true },
    };
    engine.on(REQUEST, json(later));
    const { data, errors } = await ask(`{ accessRequest(id: "r1") { status rawStatus action rawAction
      requested { type rawType } granted { type } requester { id } justification
      steps { match rawMatch approvals { decision rawDecision user { id } } } } }`);
    expect({ data, errors }).toEqual({
      data: {
        accessRequest: {
          status: null,
          rawStatus: 'ESCALATED',
          action: null,
          rawAction: 'SWAP',
          requested: { type: null, rawType: 'LUNAR' },
          granted: null,
          requester: null,
          justification: null,
          steps: [
            {
              match: null,
              rawMatch: 'MOST',
              approvals: [{ decision: null, rawDecision: 'DELEGATED', user: null }],
            },
          ],
        },
      },
      errors: [],
    });
  });

  test('fails the list of grant types, so that no right is left out', async () => {
    engine.on(WORKFLOW, json({ id: 'w1', name: 'Kept', grant_types: ['PERMANENT', 'LUNAR'] }));
    const answer = await ask('{ roleWorkflow(id: "w1") { name grantTypes } }');
    expect(answer.data).toEqual({ roleWorkflow: { name: 'Kept', grantTypes: null } });
    expect(codes(answer)).toEqual(['roleWorkflow.grantTypes: UPSTREAM_INVALID_RESPONSE']);
  });
});

describe('links between the two worlds', () => {
  const link =
    '{ accessRequest(id: "r1") { requestedRole { name role { id } } requester { name user { id } } } }';

  test('are null where the other world has no such thing, and what the engine remembers stays', async () => {
    engine.on(
      REQUEST,
      json({
        id: 'r1',
        requested_role: { id: 'a', name: 'linux' },
        requester: { id: 'u9', display_name: 'Al' },
      }),
    );
    authorization.on('GET /api/users?apps=true', json([{ id: 'ann', uuid: 'u1' }, { id: 'bo' }]));
    expect(await ask(link)).toMatchObject({
      data: {
        accessRequest: {
          requestedRole: { name: 'linux', role: null },
          requester: { name: 'Al', user: null },
        },
      },
      errors: [],
    });
  });

  test('to a user are FORBIDDEN to those who may not list users, unless it is themselves', async () => {
    const users = json({ message: 'ADMIN is needed' }, 403);
    engine.on(REQUEST, json({ id: 'r1', requester: { id: 'u1' }, target_user: { id: 'u2' } }));
    authorization.on('GET /api/users?apps=true', users);
    authorization.on('GET /api/token/userInfo', json({ id: 'ann', name: 'Ann', uuid: 'u1' }));
    const answer = await ask(
      '{ accessRequest(id: "r1") { requester { user { name } } targetUser { id user { name } } } }',
    );
    expect(answer.data).toEqual({
      accessRequest: { requester: { user: { name: 'Ann' } }, targetUser: { id: 'u2', user: null } },
    });
    expect(codes(answer)).toEqual(['accessRequest.targetUser.user: FORBIDDEN']);
  });
});

describe('the tokens of a caller', () => {
  const query = '{ roleWorkflow(id: "w1") { id } user(id: "ann") { id } }';
  const workflowServiceKey = {
    oauthClientId: 'oauth',
    oauthClientSecret: 'oauth-secret',
    apiClientId: 'api',
    apiClientSecret: 'api-secret',
  };

  /** The token that each upstream got. */
  async function tokens(
    headers: Record<string, string>,
    overrides: GatewayOverrides = {},
  ): Promise<unknown[]> {
    engine.on(WORKFLOW, json({ id: 'w1' }));
    expect((await ask(query, overrides, headers)).errors).toEqual([]);
    return [
      authorization.calls.find(({ method }) => method === 'GET')?.headers['x-authorization'],
      engine.calls.find(({ method }) => method === 'GET')?.headers.authorization,
    ];
  }

  test.each<[string, Record<string, string>, unknown[]]>([
    ['one as Bearer goes to both', { authorization: 'Bearer a' }, ['a', 'Bearer a']],
    ['one as X-Authorization goes to both', { 'x-authorization': 'a' }, ['a', 'Bearer a']],
    [
      'of two, X-Authorization goes to the authorization API and Bearer to the engine',
      { 'x-authorization': 'a', authorization: 'Bearer b' },
      ['a', 'Bearer b'],
    ],
    ['none goes to neither', {}, [undefined, undefined]],
  ])('%s', async (_, headers, expected) => {
    expect(await tokens(headers)).toEqual(expected);
    // Each upstream sees its own kind of header, and no other.
    expect(engine.calls.every((call) => call.headers['x-authorization'] === undefined)).toBe(true);
    expect(authorization.calls.every((call) => call.headers.authorization === undefined)).toBe(true);
  });

  test('come before the gateway’s own sign-in to the engine', async () => {
    expect(await tokens({ authorization: 'Bearer a' }, { workflowServiceKey })).toEqual(['a', 'Bearer a']);
    expect(engine.log).toEqual([WORKFLOW]);
  });

  test('are replaced by the password grant where there are none, once for several operations', async () => {
    engine.on(SIGN_IN, json({ access_token: 'granted', expires_in: 300 })).on(WORKFLOW, json({ id: 'w1' }));
    const { errors } = await ask('{ roleWorkflow(id: "w1") { id } }', { workflowServiceKey }, {}, {});
    expect(errors).toEqual([]);
    expect(engine.log).toEqual([SIGN_IN, WORKFLOW, WORKFLOW]);
    const [signIn, read] = engine.calls;
    expect(signIn?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('oauth:oauth-secret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(signIn?.body).toBe('grant_type=password&username=api&password=api-secret');
    expect(read?.headers.authorization).toBe('Bearer granted');
  });

  test('are fetched again once the engine refuses them', async () => {
    engine
      .on(SIGN_IN, json({ access_token: 'old' }), json({ access_token: 'new' }))
      .on(WORKFLOW, json({}, 401), json({ id: 'w1' }));
    const { data } = await ask('{ roleWorkflow(id: "w1") { id } }', { workflowServiceKey });
    expect(data).toEqual({ roleWorkflow: { id: 'w1' } });
    expect(engine.log).toEqual([SIGN_IN, WORKFLOW, SIGN_IN, WORKFLOW]);
  });

  test('that the engine does not grant are an error, without the secrets', async () => {
    engine.on(SIGN_IN, json({ error: 'invalid_client', error_description: 'no such client' }, 401));
    const answer = await ask('{ roleWorkflow(id: "w1") { id } }', { workflowServiceKey });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(answer.text).not.toMatch(/oauth-secret|api-secret/);
  });
});
