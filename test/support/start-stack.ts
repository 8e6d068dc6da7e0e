import { pino } from 'pino';
import { startAuthApi } from '../../src/authapi/server.ts';
import type { ChangesOptions } from '../../src/gateway/changes/changes.ts';
import type { GatewayLimits, GatewayOptions } from '../../src/gateway/options.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { ADMISSION, ADMISSION_LIMITS } from './admission-limits.ts';
import { at, type GraphQLAnswer, readAnswer, textAt } from './graphql-answer.ts';
import { LONG_WORK_LIMITS } from './long-work-limits.ts';
import { createRestLog, type RestLog } from './rest-log.ts';

export interface StackOptions {
  /** Bounds that differ from the usual ones. */
  readonly limits?: Partial<GatewayLimits>;
  /** Starts something between gateway and API, given the API's URL, and gives where it listens. */
  readonly between?: (apiUrl: string) => Promise<string>;
  /** How changes are kept; left out, they are not, so that what an operation costs is what it costs by itself. */
  readonly changes?: ChangesOptions;
  /** What else differs at the gateway. */
  readonly gateway?: Partial<GatewayOptions>;
  /** The clock of both, in epoch milliseconds. */
  readonly now?: () => number;
}

export interface QueryOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Null sends none; left out, it is the administrator's. */
  readonly token?: string | null;
}

/** A gateway and the embedded API behind it, on ports of their own, with nothing in the store but an administrator. */
export interface Stack {
  /** Where the gateway listens, without a path. */
  readonly url: string;
  /** Where operators look at the gateway; empty where there is no such port. */
  readonly adminUrl: string;
  readonly apiUrl: string;
  /** A token that may do everything. */
  readonly admin: string;
  /** Every line that either server logged. */
  readonly logLines: string[];
  readonly rest: RestLog;
  /** Sends an operation to the gateway. */
  query(document: string, options?: QueryOptions): Promise<GraphQLAnswer>;
  /** Sends an operation that must succeed, and gives its data. */
  data(document: string, options?: QueryOptions): Promise<unknown>;
  /** Sends an operation that must succeed, and gives the REST calls it took, sorted. */
  cost(document: string, options?: QueryOptions): Promise<readonly string[]>;
  /** Calls the REST API past the gateway, and gives its parsed answer. Throws unless it is a success. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<unknown>;
  /** Signs a token for a user. */
  as(userId: string): Promise<string>;
  stop(): Promise<void>;
}

const LIMITS: GatewayLimits = {
  requestBytes: 512 * 1024,
  responseBytes: 64 * 1024 * 1024,
  ...ADMISSION_LIMITS,
  restCalls: 500,
  connectMs: 1_000,
  callMs: 3_000,
  operationMs: 10_000,
  repeats: 2,
  pauseMs: 1_000,
  memoryBytes: 64 * 1024 * 1024,
  shareReads: true,
  connections: 64,
  queuedCalls: 10_000,
  ...LONG_WORK_LIMITS,
};

/** Starts a stack. Stop it in `afterAll`. */
export async function startStack({
  limits,
  changes,
  between,
  now,
  gateway: overrides,
}: StackOptions = {}): Promise<Stack> {
  const logLines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });
  const { rest, record } = createRestLog();
  const api = await startAuthApi({
    host: '127.0.0.1',
    port: 0,
    data: ':memory:',
    seed: false,
    logger,
    onRequest: record,
    ...(now && { now }),
  });
  const upstreamUrl = between ? await between(api.url) : api.url;
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    authorizationUrl: upstreamUrl,
    serviceKey: null,
    workflowUrl: upstreamUrl,
    workflowServiceKey: null,
    corsOrigins: [],
    introspection: true,
    ...ADMISSION,
    limits: { ...LIMITS, ...limits },
    logger,
    ...(changes && { changes }),
    ...(now && { now }),
    ...overrides,
  });

  async function call(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
    const response = await fetch(api.url + path, {
      method,
      headers: {
        ...(token !== undefined && { 'x-authorization': token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  const admin = textAt(await call('POST', '/api/token', api.adminKey), 'token');

  async function query(document: string, { variables, token = admin }: QueryOptions = {}) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document, variables }),
    });
    return readAnswer(response.status, await response.json());
  }

  async function data(document: string, options?: QueryOptions): Promise<unknown> {
    const answer = await query(document, options);
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer, null, 2));
    return at(answer, 'data');
  }

  return {
    url: gateway.url,
    adminUrl: gateway.adminUrl ?? '',
    apiUrl: api.url,
    admin,
    logLines,
    rest,
    query,
    data,
    async cost(document, options) {
      rest.clear();
      await data(document, options);
      return rest.sorted;
    },
    call: (method, path, body, token = admin) => call(method, path, body, token),
    as: (userId) => api.issueToken(userId),
    async stop() {
      await gateway.stop();
      await api.stop();
    },
  };
}
