import type { GatewayLimits, GatewayOptions, ReloadableOptions } from '../../src/gateway/options.ts';
import { type Gateway, startGateway } from '../../src/gateway/server.ts';
import { createLogger } from '../../src/logger.ts';
import { ADMISSION, ADMISSION_LIMITS } from '../support/admission-limits.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';

/** An error as clients get it. */
export interface ClientError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What came back for one operation. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body, to look for what must not be in it. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
  readonly data: any;
  readonly errors: readonly ClientError[];
}

export interface GatewayOverrides extends Partial<Omit<GatewayOptions, 'limits' | 'logger'>> {
  /** The least severe events that are recorded. */
  readonly logLevel?: string;
  readonly limits?: Partial<GatewayLimits>;
}

/** A gateway on a free port, with a record of what it logged. */
export class GatewayUnderTest {
  readonly url: string;
  /** Where operators look; null: nowhere. */
  readonly adminUrl: string | null;
  readonly logged: Record<string, unknown>[];
  readonly stop: () => Promise<void>;
  /** Goes on under options that differ from those of the start. */
  readonly reload: (changed: Partial<ReloadableOptions>) => void;

  private constructor(gateway: Gateway, options: GatewayOptions, logged: Record<string, unknown>[]) {
    this.url = gateway.url;
    this.adminUrl = gateway.adminUrl;
    this.logged = logged;
    this.stop = () => gateway.stop();
    this.reload = (changed) => gateway.reload({ ...options, ...changed });
  }

  static async start(
    authorizationUrl: string,
    { logLevel = 'debug', ...overrides }: GatewayOverrides = {},
  ): Promise<GatewayUnderTest> {
    const logged: Record<string, unknown>[] = [];
    const options: GatewayOptions = {
      host: '127.0.0.1',
      port: 0,
      authorizationUrl,
      serviceKey: null,
      workflowUrl: null,
      workflowServiceKey: null,
      corsOrigins: [],
      introspection: true,
      ...ADMISSION,
      ...overrides,
      limits: {
        requestBytes: 512 * 1024,
        responseBytes: 1024 * 1024,
        ...ADMISSION_LIMITS,
        restCalls: 500,
        connectMs: 1000,
        callMs: 5000,
        operationMs: 10_000,
        // Nothing is repeated and nothing paused unless a test is about that.
        repeats: 0,
        pauseMs: 0,
        memoryBytes: 16 * 1024 * 1024,
        shareReads: true,
        connections: 16,
        queuedCalls: 1000,
        ...LONG_WORK_LIMITS,
        ...overrides.limits,
      },
      logger: createLogger(logLevel, { write: (line) => logged.push(JSON.parse(line)) }),
    };
    return new GatewayUnderTest(await startGateway(options), options, logged);
  }

  get endpoint(): string {
    return `${this.url}/graphql`;
  }

  /** Sends one operation as JSON over POST. */
  send(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(JSON.stringify({ query, variables }), {
      'content-type': 'application/json',
      ...headers,
    });
  }

  /** Posts any body with these headers and no others. */
  async post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Answer> {
    return readAnswer(await fetch(this.endpoint, { method: 'POST', body, headers }));
  }
}

/** Reads an answer, whatever its status. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data = null, errors = [] } = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, data, errors };
}
