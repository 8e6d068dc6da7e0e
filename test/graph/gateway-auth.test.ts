import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { codesByPath } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const fault = (code: string, field: readonly string[] | null) => [
  { code, message: expect.any(String), field },
];
const FIELDS = `id application { id name } authenticationType rawAuthenticationType audience issuerUri isPassthrough
  fallsBackToDefaultAuth putsTokenInWorkflowInput apiKeyCount hasConductorToken createdBy { id } updatedBy { id }`;

describe('a gateway authentication configuration', () => {
  test('tells everything but its secrets, which are counted', async () => {
    expect(
      await stack.data(`{ gatewayAuthConfig(id: "shop-gateway") { ${FIELDS} asTarget { type id: rawId } } }`),
    ).toEqual({
      gatewayAuthConfig: {
        id: 'shop-gateway',
        application: { id: world.billing, name: 'billing' },
        authenticationType: 'API_KEY',
        rawAuthenticationType: 'API_KEY',
        audience: null,
        issuerUri: null,
        isPassthrough: false,
        fallsBackToDefaultAuth: false,
        putsTokenInWorkflowInput: true,
        apiKeyCount: 2,
        hasConductorToken: true,
        createdBy: { id: expect.stringMatching(/^app:/) },
        updatedBy: { id: expect.stringMatching(/^app:/) },
        asTarget: { type: 'AUTH_CONFIG', id: 'shop-gateway' },
      },
    });
  });

  test.each(['apiKeys', 'conductorToken'])('has no field %s', async (field) => {
    const answer = await stack.query(`{ gatewayAuthConfigs { ${field} } }`);
    expect(codesByPath(answer)).toEqual([': GRAPHQL_VALIDATION_FAILED']);
  });

  test('is null without an error where there is none', async () => {
    expect(await stack.data('{ gatewayAuthConfig(id: "nothing") { id } }')).toEqual({
      gatewayAuthConfig: null,
    });
  });

  test('that is gone keeps its id where a grant links to it by name', async () => {
    const document = '{ target(by: {type: AUTH_CONFIG, id: "nothing"}) { id: rawId entity { __typename } } }';
    expect(await stack.data(document)).toEqual({ target: { id: 'nothing', entity: null } });
  });

  test('is readable by who can view the API gateway, and by no one else', async () => {
    const document = '{ gatewayAuthConfigs { id } }';
    expect(await stack.data(document, { token: world.token.bob })).toEqual({
      gatewayAuthConfigs: [{ id: 'shop-gateway' }],
    });
    const answer = await stack.query(document, { token: world.token.cy });
    expect(codesByPath(answer)).toEqual(['gatewayAuthConfigs: FORBIDDEN']);
  });
});

describe('writing one', () => {
  const write = (mutation: string, input: object, id = 'portal') =>
    stack.data(
      `mutation ($id: ID!, $input: GatewayAuthConfigInput!) { done: ${mutation}(id: $id, input: $input) {
        gatewayAuthConfig { ${FIELDS} } userErrors { code message field } } }`,
      { variables: { id, input } },
    );
  const least = { applicationId: world.shipping, authenticationType: 'NONE' };
  const secrets = { apiKeys: ['secret-key-one', 'secret-key-two'], conductorToken: 'secret-conductor-token' };

  beforeEach(async () => {
    await stack.data('mutation { deleteGatewayAuthConfig(id: "portal") { deletedId } }');
  });

  test('creates one of nothing but what is required', async () => {
    expect(await write('createGatewayAuthConfig', least)).toMatchObject({
      done: {
        gatewayAuthConfig: {
          id: 'portal',
          application: { name: 'shipping' },
          authenticationType: 'NONE',
          isPassthrough: false,
          apiKeyCount: 0,
          hasConductorToken: false,
        },
        userErrors: [],
      },
    });
  });

  test('takes all there is to say', async () => {
    const more = { audience: 'portal', issuerUri: 'https://id.example.com', isPassthrough: true };
    const flags = { fallsBackToDefaultAuth: true, putsTokenInWorkflowInput: true };
    const input = { applicationId: world.shipping, authenticationType: 'OIDC', ...more, ...flags };
    expect(await write('createGatewayAuthConfig', { ...input, ...secrets })).toMatchObject({
      done: {
        gatewayAuthConfig: {
          ...more,
          ...flags,
          authenticationType: 'OIDC',
          apiKeyCount: 2,
          hasConductorToken: true,
        },
      },
    });
  });

  test.each([
    ['omitted', {}, 2],
    ['null', { apiKeys: null, conductorToken: null }, 2],
    ['given', { apiKeys: ['another-key'] }, 1],
    ['[]', { apiKeys: [] }, 0],
  ])('leaves or replaces secrets that are %s as the schema says', async (_, change, apiKeyCount) => {
    await write('createGatewayAuthConfig', { ...least, ...secrets });
    expect(await write('updateGatewayAuthConfig', { ...least, ...change })).toMatchObject({
      done: { gatewayAuthConfig: { apiKeyCount, hasConductorToken: true } },
    });
  });

  // The schema promises it; REST resets what is absent, so it takes a read before the write.
  test.each([
    ['audience', { audience: 'portal' }],
    ['isPassthrough', { isPassthrough: true }],
    ['fallsBackToDefaultAuth', { fallsBackToDefaultAuth: true }],
    ['putsTokenInWorkflowInput', { putsTokenInWorkflowInput: true }],
  ])('keeps %s when it is omitted', async (_, value) => {
    await write('createGatewayAuthConfig', { ...least, ...value });
    expect(await write('updateGatewayAuthConfig', least)).toMatchObject({
      done: { gatewayAuthConfig: value },
    });
  });

  test('repeats secrets in no answer, log or error', async () => {
    const answers = [
      await write('createGatewayAuthConfig', { ...least, ...secrets }),
      await write('createGatewayAuthConfig', { ...least, ...secrets }),
      await write('updateGatewayAuthConfig', { ...least, ...secrets, authenticationType: 'OIDC' }),
      await write('updateGatewayAuthConfig', { ...least, ...secrets }, 'nothing'),
    ];
    expect(stack.logLines.length).toBeGreaterThan(0);
    expect(JSON.stringify([answers, stack.logLines])).not.toMatch(/secret-(key|conductor)/);
  });

  test.each([
    ['an id that is taken', 'createGatewayAuthConfig', 'shop-gateway', {}, 'ALREADY_EXISTS', ['id']],
    [
      'OIDC without its provider',
      'createGatewayAuthConfig',
      'new',
      { authenticationType: 'OIDC' },
      'INVALID_INPUT',
      ['input', 'issuerUri'],
    ],
    [
      'an empty application',
      'createGatewayAuthConfig',
      'new',
      { applicationId: '' },
      'INVALID_INPUT',
      ['input', 'applicationId'],
    ],
    ['changing one that is not there', 'updateGatewayAuthConfig', 'nothing', {}, 'NOT_FOUND', ['id']],
  ])('refuses %s', async (_, mutation, id, change, code, field) => {
    expect(await write(mutation, { ...least, ...change }, id)).toEqual({
      done: { gatewayAuthConfig: null, userErrors: fault(code, field) },
    });
  });

  test('deletes one, and says when there is none', async () => {
    await write('createGatewayAuthConfig', least);
    const document =
      'mutation { deleteGatewayAuthConfig(id: "portal") { deletedId userErrors { code message field } } }';
    expect(await stack.data(document)).toEqual({
      deleteGatewayAuthConfig: { deletedId: 'portal', userErrors: [] },
    });
    expect(await stack.data(document)).toEqual({
      deleteGatewayAuthConfig: { deletedId: null, userErrors: fault('NOT_FOUND', ['id']) },
    });
  });
});
