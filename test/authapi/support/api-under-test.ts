import { pino } from 'pino';
import { type AuthApiOptions, startAuthApi } from '../../../src/authapi/server.ts';
import type { Answer } from './answer.ts';
import { type CallOptions, RestClient } from './rest-client.ts';

export type { CallOptions };

/** Says whether the suite talks to an installation named in the environment instead of the embedded API. */
export const remote = process.env['ROLEGRAPH_CONTRACT_URL'] !== undefined;

/** One API the contract is checked against, as its administrator. */
export interface ApiUnderTest {
  /** Server root, without `/api`. */
  readonly url: string;
  readonly adminKey: { readonly keyId: string; readonly keySecret: string };
  /** The administrator's token. */
  readonly admin: string;
  /** Calls `/api<path>` as the administrator unless `token` says otherwise; what it creates is removed by `stop`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Signs a token for any user; only the embedded API can. */
  issueToken(userId: string): Promise<string>;
  /** Removes everything that was created through `call`, and stops what was started here. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded API in memory on a free port, or, with `ROLEGRAPH_CONTRACT_URL`, `ROLEGRAPH_CONTRACT_KEY_ID` and
 * `ROLEGRAPH_CONTRACT_KEY_SECRET` (an administrator's access key) set, connects to that installation.
 */
export async function startApiUnderTest(options: Partial<AuthApiOptions> = {}): Promise<ApiUnderTest> {
  const server = remote ? remoteServer() : await embeddedServer(options);
  const client = new RestClient(server.url);
  const signedIn = await client.send('POST', '/token', { token: null, body: server.adminKey });
  const admin = signedIn.record['token'];
  if (typeof admin !== 'string') throw new Error(`The administrator cannot sign in: ${signedIn.status}`);
  client.defaultToken = admin;
  return {
    url: server.url,
    adminKey: server.adminKey,
    admin,
    call: (method, path, callOptions) => client.send(method, path, callOptions),
    issueToken: server.issueToken,
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}

async function embeddedServer(options: Partial<AuthApiOptions>) {
  const server = await startAuthApi({
    host: '127.0.0.1',
    port: 0,
    data: ':memory:',
    seed: false,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  const { url, adminKey } = server;
  if (adminKey === null) throw new Error('A fresh data folder must come with an administrator key');
  return {
    url: url.replace(/\/(api)?\/?$/, ''),
    adminKey,
    issueToken: (userId: string) => server.issueToken(userId),
    stop: () => server.stop(),
  };
}

function remoteServer() {
  return {
    url: required('ROLEGRAPH_CONTRACT_URL').replace(/\/(api\/?)?$/, ''),
    adminKey: {
      keyId: required('ROLEGRAPH_CONTRACT_KEY_ID'),
      keySecret: required('ROLEGRAPH_CONTRACT_KEY_SECRET'),
    },
    issueToken: () => Promise.reject(new Error('Only the embedded API can sign a token for a user')),
    stop: () => Promise.resolve(),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} must be set beside ROLEGRAPH_CONTRACT_URL`);
  return value;
}
