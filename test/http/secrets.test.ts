import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startAuthApi } from '../../src/authapi/server.ts';
import { createLogger } from '../../src/logger.ts';
import { textAt } from '../support/graphql-answer.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

const data = mkdtempSync(join(tmpdir(), 'rolegraph-secrets-'));
const apiLog: string[] = [];
const api = await startAuthApi({
  host: '127.0.0.1',
  port: 0,
  data,
  seed: false,
  logger: createLogger('trace', { write: (line) => void apiLog.push(line) }),
});
if (!api.adminKey) throw new Error('the administrator has no key');
const { keyId, keySecret: adminSecret } = api.adminKey;
const gateway = await GatewayUnderTest.start(api.url, {
  workflowUrl: api.url,
  serviceKey: { keyId, keySecret: adminSecret },
  logLevel: 'trace',
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
  rmSync(data, { recursive: true });
});

/** Everything that was answered, but for what creates a secret. */
const answered: string[] = [];

async function ask(
  query: string,
  variables: object,
  headers: Record<string, string> = {},
  isCreation = false,
) {
  const answer = await gateway.send(query, variables, headers);
  if (!isCreation) answered.push(answer.text, JSON.stringify([...answer.headers]));
  return answer;
}

const SIGN_IN = `mutation ($input: GenerateTokenInput!) {
  generateToken(input: $input) { token userErrors { message field } } }`;
const CONFIGURE = `mutation ($id: ID!, $input: GatewayAuthConfigInput!) {
  createGatewayAuthConfig(id: $id, input: $input) {
    gatewayAuthConfig { id apiKeyCount hasConductorToken authenticationType } userErrors { message field } } }`;
const RECONFIGURE = CONFIGURE.replace('createGateway', 'updateGateway');

/** Where a secret may lie: its name, and whether the database may hold it as it is, to use it. */
interface Canary {
  readonly name: string;
  readonly text: string;
  readonly mayBeKept?: true;
}

describe('a secret', () => {
  test('appears once: in the answer that creates it, and in no log, error, header, file or later answer', async () => {
    const admin = textAt(
      (await ask(SIGN_IN, { input: { keyId, keySecret: adminSecret } }, {}, true)).data,
      'generateToken',
      'token',
    );
    const asAdmin = { authorization: `Bearer ${admin}` };
    const application = textAt(
      (await ask('mutation { createApplication(input: { name: "a" }) { application { id } } }', {}, asAdmin))
        .data,
      'createApplication',
      'application',
      'id',
    );
    const created = await ask(
      'mutation ($id: ID!) { createAccessKey(applicationId: $id) { secret accessKey { id } } }',
      { id: application },
      asAdmin,
      true,
    );
    const secret = textAt(created.data, 'createAccessKey', 'secret');
    const key = textAt(created.data, 'createAccessKey', 'accessKey', 'id');
    const token = textAt(
      (await ask(SIGN_IN, { input: { keyId: key, keySecret: secret } }, {}, true)).data,
      'generateToken',
      'token',
    );
    const canaries: readonly Canary[] = [
      { name: 'the administrator’s key', text: adminSecret },
      { name: 'the administrator’s token', text: admin },
      { name: 'an access key', text: secret },
      { name: 'a token', text: token },
      { name: 'a guessed secret', text: 'CANARY-guess' },
      { name: 'a forged token', text: 'CANARY-token' },
      { name: 'an API key', text: 'CANARY-api-key', mayBeKept: true },
      { name: 'a conductor token', text: 'CANARY-conductor-token', mayBeKept: true },
      { name: 'an API key that is refused', text: 'CANARY-refused-key' },
    ];
    const asApplication = { 'x-authorization': token };
    const asForger = { authorization: 'Bearer CANARY-token' };
    const config = {
      applicationId: application,
      authenticationType: 'API_KEY',
      apiKeys: ['CANARY-api-key'],
      conductorToken: 'CANARY-conductor-token',
    };
    const refused = { ...config, apiKeys: ['CANARY-refused-key'] };

    for (const headers of [asAdmin, asApplication, asForger, {}]) {
      await ask(
        '{ viewer { id displayName roles { id } } applications { nodes { id accessKeys { id rawStatus } tags { key } } } }',
        {},
        headers,
      );
      await ask(
        '{ gatewayAuthConfigs { id apiKeyCount hasConductorToken } users { nodes { id grants { access } } } }',
        {},
        headers,
      );
      await ask('{ roleWorkflows { nodes { id } } accessRequests { nodes { id } } }', {}, headers);
    }
    for (const input of [
      { keyId: key, keySecret: 'CANARY-guess' },
      { keyId: key, keySecret: secret, expiresInSeconds: -5 },
      { keyId: '', keySecret: 'CANARY-guess' },
      { keyId: { a: 1 }, keySecret: 'CANARY-guess' },
      { keyId: key, keySecret: ['CANARY-guess'] },
    ]) {
      await ask(SIGN_IN, { input }, {}, JSON.stringify(input).includes(secret));
    }
    await ask(CONFIGURE, { id: 'gw', input: config }, asAdmin);
    await ask(CONFIGURE, { id: 'gw', input: refused }, asAdmin);
    await ask(CONFIGURE, { id: 'gw2', input: refused }, asForger);
    await ask(CONFIGURE, { id: 'gw3', input: { ...refused, authenticationType: 'OIDC' } }, asAdmin);
    await ask(RECONFIGURE, { id: 'none', input: refused }, asAdmin);
    await ask(RECONFIGURE, { id: 'gw', input: { ...config, audience: 'x' } }, asAdmin);
    await ask(
      CONFIGURE,
      { id: 'gw4', input: { ...refused, apiKeys: [{ key: 'CANARY-refused-key' }] } },
      asAdmin,
    );
    await ask('{ gatewayAuthConfig(id: "gw") { id apiKeyCount hasConductorToken } }', {}, asAdmin);
    await ask(`{ syntax "${secret}" }`, {}, asAdmin);
    await ask(`{ user(id: "a", ${'unknown'}: "${token}") { id } }`, {}, asAdmin);

    const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.db|sqlite|-wal|-shm/.test(name))
      .map((name) => readFileSync(join(data, name), 'latin1'));
    expect(files.join('').length).toBeGreaterThan(10_000);
    const logs = [JSON.stringify(gateway.logged), apiLog.join('')];
    expect(gateway.logged.length + apiLog.length).toBeGreaterThan(0);
    expect(answered.length).toBeGreaterThan(40);
    const found = canaries.flatMap(({ name, text, mayBeKept }) => [
      ...(answered.some((one) => one.includes(text)) ? [`${name} in an answer`] : []),
      ...(logs.some((one) => one.includes(text)) ? [`${name} in a log`] : []),
      ...(!mayBeKept && files.some((one) => one.includes(text)) ? [`${name} in the database`] : []),
    ]);
    expect(found).toEqual([]);
  });
});
