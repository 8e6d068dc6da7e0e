import type { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { textAt } from './graphql-answer.ts';

const SIGN_IN = `mutation ($input: GenerateTokenInput!) {
  generateToken(input: $input) { token userErrors { message field } } }`;
const CONFIGURE = `mutation ($id: ID!, $input: GatewayAuthConfigInput!) {
  createGatewayAuthConfig(id: $id, input: $input) {
    gatewayAuthConfig { id apiKeyCount hasConductorToken authenticationType } userErrors { message field } } }`;
const RECONFIGURE = CONFIGURE.replace('createGateway', 'updateGateway');

/** A secret that is to be found nowhere: its name, and whether the database may hold it as it is, to use it. */
export interface Canary {
  readonly name: string;
  readonly text: string;
  readonly mayBeKept?: true;
}

/** What became of planting secrets wherever one can be sent to, or made by, a gateway. */
export interface Planted {
  readonly canaries: readonly Canary[];
  /** Everything that was answered, headers too, but for what creates a secret. */
  readonly answered: readonly string[];
}

/**
 * Sends secrets to a gateway in front of an empty embedded API, rightly, wrongly and where none belongs, and lets it make
 * some.
 *
 * @param keyId the key of the administrator.
 */
export async function plantCanaries(
  gateway: GatewayUnderTest,
  keyId: string,
  adminSecret: string,
): Promise<Planted> {
  const answered: string[] = [];

  async function ask(
    query: string,
    variables: object,
    headers: Record<string, string> = {},
    isCreation = false,
  ) {
    const answer = await gateway.send(query, variables, { 'x-upstream-calls': '1', ...headers });
    if (!isCreation) answered.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  }

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
  return { canaries, answered };
}

/**
 * Looks for secrets, as they are, in base64 and percent-encoded.
 *
 * @param places what is to hold none, by name.
 * @param keeper the place that may hold those which are kept to be used.
 */
export function canariesIn(
  places: Readonly<Record<string, readonly string[]>>,
  canaries: readonly Canary[],
  keeper?: string,
): readonly string[] {
  return Object.entries(places).flatMap(([place, texts]) =>
    canaries
      .filter(({ mayBeKept }) => !(mayBeKept && place === keeper))
      .filter(({ text }) => {
        const forms = [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)];
        return texts.some((one) => forms.some((form) => one.includes(form)));
      })
      .map(({ name }) => `${name} in ${place}`),
  );
}
