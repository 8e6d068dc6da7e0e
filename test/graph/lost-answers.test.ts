import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ChaosProxy, type Fault } from '../support/chaos-proxy.ts';
import { at, codesByPath, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

let proxy: ChaosProxy;
let stack: Stack;
let ben: string;
beforeAll(async () => {
  stack = await startStack({
    between: async (apiUrl) => {
      proxy = await ChaosProxy.start(apiUrl, 20261124);
      return proxy.url;
    },
  });
  await stack.call('PUT', '/api/groups/eng', { description: 'Engineering', roles: [] });
  await stack.call('PUT', '/api/users/ann', { name: 'Ann', roles: ['ADMIN'] });
  await stack.call('PUT', '/api/users/ben', { name: 'Ben', roles: ['ADMIN', 'WORKER'] });
  await stack.call('PUT', '/api/users/old', { name: 'Old', roles: [] });
  ben = await stack.as('ben');
});
afterEach(async () => {
  proxy.apply();
  // Twenty reads and writes that go well: nothing is left of the trouble.
  const reads = Array.from(
    { length: 20 },
    (_, n) => `r${n}: target(by: { type: DOMAIN, id: "${n}" }) { grants { access } }`,
  );
  await stack.data(`{ ${reads.join(' ')} }`);
  const writes = Array.from(
    { length: 20 },
    (_, n) => `w${n}: upsertUser(id: "cy", input: { name: "Cy" }) { userErrors { code } }`,
  );
  await stack.data(`mutation { ${writes.join(' ')} }`);
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

/** Loses the answers to writes of this path, as often as said. */
function lose(route: RegExp, times = 1, fault: Fault = { kind: 'reset', afterBytes: 0 }): void {
  proxy.apply({ route, times, fault });
  proxy.journal.length = 0;
}

/** Lets one read of either upstream fail, after which creations look what is there before. */
async function makeTrouble(): Promise<void> {
  for (const route of [/^GET \/api\/roles$/, /^GET \/workflow-engine/]) {
    proxy.apply({ route, times: 1, fault: { kind: 'status', status: 503 } });
    await stack.data('{ roles { nodes { id } } roleWorkflows { nodes { id } } }');
  }
}

const writes = () => proxy.journal.filter(({ call }) => !call.startsWith('GET')).map(({ call }) => call);

describe('a write whose answer is lost', () => {
  test.each<[what: string, mutation: string, route: RegExp]>([
    [
      'upsertUser',
      'upsertUser(id: "cy", input: { name: "Cy" }) { user { name } userErrors { code } }',
      /^PUT/,
    ],
    ['deleteUser', 'deleteUser(id: "old") { deletedId userErrors { code } }', /^DELETE/],
    ['addUserToGroup', 'addUserToGroup(groupId: "eng", userId: "ann") { userErrors { code } }', /^POST/],
    [
      'grantPermissions',
      'grantPermissions(input: { subject: { user: "ann" }, target: { type: DOMAIN, id: "d" }, access: [READ] }) { userErrors { code } }',
      /^POST/,
    ],
  ])('is sent again where that does no harm: %s', async (name, mutation, route) => {
    lose(route);
    const { data, errors } = await stack.query(`mutation { ${mutation} }`);
    expect(errors).toEqual([]);
    expect(at(data, name, 'userErrors')).toEqual([]);
    expect(writes()).toHaveLength(2);
  });

  test('of a role is looked for by its name: it is there, and is not created again', async () => {
    lose(/^POST \/api\/roles$/);
    const { data, errors } = await stack.query(
      'mutation { createRole(id: "r1", input: { permissions: [] }) { role { id } userErrors { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ createRole: { role: { id: 'r1' }, userErrors: [] } });
    expect(writes()).toEqual(['POST /api/roles']);
  });

  test('of a role is looked for by its name: it is not there, and is created', async () => {
    lose(/^POST \/api\/roles$/, 1, { kind: 'drop' });
    const { data, errors } = await stack.query(
      'mutation { createRole(id: "r2", input: { permissions: [] }) { role { id } userErrors { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ createRole: { role: { id: 'r2' }, userErrors: [] } });
    expect(writes()).toEqual(['POST /api/roles', 'POST /api/roles']);
  });

  test('of a gateway configuration likewise', async () => {
    const applicationId = textAt(await stack.call('POST', '/api/applications', { name: 'shop' }), 'id');
    lose(/^POST \/api\/gateway/, 2);
    const { data, errors } = await stack.query(
      `mutation { createGatewayAuthConfig(id: "g1", input: { applicationId: "${applicationId}",
        authenticationType: API_KEY, apiKeys: ["k"] }) { gatewayAuthConfig { apiKeyCount } userErrors { code } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      createGatewayAuthConfig: { gatewayAuthConfig: { apiKeyCount: 1 }, userErrors: [] },
    });
    expect(writes()).toHaveLength(1);
  });
});

const create = (name: string) =>
  `mutation { createApplication(input: { name: "${name}" }) { application { id name } userErrors { code } } }`;

async function applicationsNamed(name: string): Promise<number> {
  const all = await stack.call('GET', '/api/applications');
  return listAt(all).filter((application) => at(application, 'name') === name).length;
}

describe('a creation whose answer is lost', () => {
  test('out of the blue leaves the outcome unknown, and is not repeated', async () => {
    lose(/^POST \/api\/applications$/);
    const answer = await stack.query(create('blue'));
    expect(codesByPath(answer)).toEqual(['createApplication: OUTCOME_UNKNOWN']);
    expect(proxy.journal.map(({ call }) => call)).toEqual(['POST /api/applications']);
    expect(await applicationsNamed('blue')).toBe(1);
  });

  test('in times of trouble is found by comparing before and after', async () => {
    await makeTrouble();
    lose(/^POST \/api\/applications$/);
    const { data, errors } = await stack.query(create('found'));
    expect(errors).toEqual([]);
    expect(at(data, 'createApplication', 'application', 'name')).toBe('found');
    expect(await applicationsNamed('found')).toBe(1);
  });

  test('though one of the same name was there before', async () => {
    await stack.data(create('again'));
    await makeTrouble();
    lose(/^POST \/api\/applications$/);
    expect((await stack.query(create('again'))).errors).toEqual([]);
    expect(await applicationsNamed('again')).toBe(2);
  });

  test('before it was done is unknown: nothing proves that it is not on its way', async () => {
    await makeTrouble();
    lose(/^POST \/api\/applications$/, 1, { kind: 'drop' });
    expect(codesByPath(await stack.query(create('dropped')))).toEqual(['createApplication: OUTCOME_UNKNOWN']);
    expect(await applicationsNamed('dropped')).toBe(0);
  });

  test('is unknown while another that looks the same is under way', async () => {
    await makeTrouble();
    lose(/^POST \/api\/applications$/, 1, { kind: 'drop' });
    const answers = await Promise.all([stack.query(create('twins')), stack.query(create('twins'))]);
    expect(answers.flatMap(codesByPath)).toEqual(['createApplication: OUTCOME_UNKNOWN']);
    expect(await applicationsNamed('twins')).toBe(1);
  });

  test('of an access key tells the key, and that its secret is lost', async () => {
    const id = textAt(await stack.call('POST', '/api/applications', { name: 'keys' }), 'id');
    await makeTrouble();
    lose(/^POST .*accessKeys$/);
    const answer = await stack.query(
      `mutation { createAccessKey(applicationId: "${id}") { accessKey { id status } secret userErrors { code } } }`,
    );
    const [keyId] = listAt(await stack.call('GET', `/api/applications/${id}/accessKeys`)).map((key) =>
      at(key, 'id'),
    );
    expect(codesByPath(answer)).toEqual(['createAccessKey: OUTCOME_UNKNOWN']);
    expect(answer.errors[0]?.message).toBe(
      `The answer that held the secret of access key ${keyId} was lost. Delete the key, and create another.`,
    );
    expect(await stack.call('GET', `/api/applications/${id}/accessKeys`)).toHaveLength(1);
  });
});

describe('a flip of an access key whose answer is lost', () => {
  test.each([
    ['setAccessKeyStatus', ', status: INACTIVE', false],
    ['toggleAccessKeyStatus', '', true],
  ])('is known by the status before and after: %s', async (name, status, isTroubled) => {
    const id = textAt(await stack.call('POST', '/api/applications', { name }), 'id');
    const keyId = textAt(await stack.call('POST', `/api/applications/${id}/accessKeys`), 'id');
    if (isTroubled) await makeTrouble();
    lose(/status$/);
    const { data, errors } = await stack.query(
      `mutation { ${name}(applicationId: "${id}", keyId: "${keyId}"${status}) { accessKey { status } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ [name]: { accessKey: { status: 'INACTIVE' } } });
    expect(writes()).toHaveLength(1);
  });

  test('is unknown where nothing is known of before', async () => {
    const id = textAt(await stack.call('POST', '/api/applications', { name: 'flip' }), 'id');
    const keyId = textAt(await stack.call('POST', `/api/applications/${id}/accessKeys`), 'id');
    lose(/status$/);
    const answer = await stack.query(
      `mutation { toggleAccessKeyStatus(applicationId: "${id}", keyId: "${keyId}") { accessKey { status } } }`,
    );
    expect(codesByPath(answer)).toEqual(['toggleAccessKeyStatus: OUTCOME_UNKNOWN']);
    expect(writes()).toHaveLength(1);
  });
});

test('an approval from workflow to revocation, with every answer to a write lost', async () => {
  const say = async (document: string, token = stack.admin): Promise<unknown> => {
    await makeTrouble();
    lose(/^(POST|PUT|DELETE) (?!.*(search|resolve))/);
    const { data, errors } = await stack.query(document, { token });
    expect(errors).toEqual([]);
    expect(writes().filter((call) => !call.endsWith('/resolve'))).toHaveLength(1);
    return data;
  };
  await say(`mutation { createRoleWorkflow(input: { name: "Prompters", grantTypes: [PERMANENT],
    targetRoles: [{ name: "PROMPT_MANAGER" }], canBypassRevokeWorkflow: true,
    steps: [{ name: "only", match: ANY, approverRoles: [{ name: "WORKER" }] }] }) { roleWorkflow { id } userErrors { message } } }`);
  const ann = await stack.as('ann');
  const asked = await say(
    'mutation { createAccessRequest(input: { role: { name: "PROMPT_MANAGER" } }) { accessRequest { id } userErrors { message } } }',
    ann,
  );
  const id = textAt(asked, 'createAccessRequest', 'accessRequest', 'id');
  const approved = await say(
    `mutation { approveAccessRequest(id: "${id}", step: 0, comment: "fine") { accessRequest { status } } }`,
    ben,
  );
  expect(at(approved, 'approveAccessRequest', 'accessRequest', 'status')).toBe('APPROVED');
  const revoked = await say(
    `mutation { revokeRequestedRole(id: "${id}") { accessRequest { revocation { at } } } }`,
    ben,
  );
  expect(at(revoked, 'revokeRequestedRole', 'accessRequest', 'revocation')).not.toBeNull();
});
