import { setTimeout } from 'node:timers/promises';
import { createSourceEventStream, type ExecutionResult, execute, parse, validate } from 'graphql';
import { pino } from 'pino';
import { type Changes, type ChangesOptions, openChanges } from '../../src/gateway/changes/changes.ts';
import { createWatcher } from '../../src/gateway/changes/detection/create-watcher.ts';
import type { Watcher } from '../../src/gateway/changes/detection/watcher.ts';
import { callerCredential, workflowCallerCredential } from '../../src/gateway/credentials/caller.ts';
import { readCredential } from '../../src/gateway/credentials/sent-credential.ts';
import { formatError } from '../../src/gateway/graph/kit/errors.ts';
import { OperationContext } from '../../src/gateway/operation/context.ts';
import { buildSchema } from '../../src/gateway/schema.ts';
import type { EventExecution } from '../../src/gateway/subscriptions/event-answer.ts';
import { EventAnswers } from '../../src/gateway/subscriptions/event-answers.ts';
import { EventStream } from '../../src/gateway/subscriptions/event-stream.ts';
import { FilteredStream } from '../../src/gateway/subscriptions/filtered-stream.ts';
import { WriteBarrier } from '../../src/gateway/subscriptions/write-barrier.ts';
import { openUpstream } from '../../src/gateway/upstream/upstream.ts';
import { ADMISSION_LIMITS } from '../support/admission-limits.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';
import { sharedParts } from '../support/shared-parts.ts';
import { tokenFor } from '../support/tokens.ts';

/** One gateway's insides without its front: operations and streams run in this process, with REST calls over HTTP. */
export interface Inside {
  readonly changes: Changes;
  readonly logged: Record<string, unknown>[];
  /** Executes a query or mutation that must succeed, and gives its data. */
  data(document: string, token: string, variables?: object): Promise<Record<string, unknown>>;
  /** Executes an operation. */
  execute(document: string, token: string, variables?: object): Promise<ExecutionResult>;
  /** Subscribes; the errors of a refusal are thrown. */
  follow(document: string, token: string, variables?: Record<string, unknown>): Promise<Followed>;
  /** Makes a watcher, which is to be told when to look. Needs `changes.watch`. */
  watch(token: string, engineToken?: string): Watcher;
  stop(): Promise<void>;
}

export interface InsideOptions {
  readonly changes?: Partial<ChangesOptions>;
  /** Journals nothing. */
  readonly off?: boolean;
}

const schema = buildSchema();
const LIMITS = {
  restCalls: 500,
  connectMs: 1000,
  callMs: 5000,
  repeats: 2,
  pauseMs: 1000,
  queuedCalls: 1000,
  ...LONG_WORK_LIMITS,
  operationMs: 10_000,
  responseBytes: 64 * 1024 * 1024,
  memoryBytes: 16 * 1024 * 1024,
  shareReads: true,
  connections: 64,
};

/** Puts the insides of a gateway together in front of an API. */
export function startInside(apiUrl: string, { changes: overrides, off }: InsideOptions = {}): Inside {
  const logged: Record<string, unknown>[] = [];
  const watchers: Watcher[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const changes = openChanges(
    {
      file: ':memory:',
      history: { rows: 10_000, ageMs: 3_600_000 },
      backlog: 100,
      watch: null,
      redisUrl: null,
      ...overrides,
    },
    logger,
  );
  const authorizationApi = openUpstream({ ...LIMITS, name: 'authorization API', url: apiUrl });
  const workflowEngine = openUpstream({ ...LIMITS, name: 'workflow engine', url: apiUrl });

  const shared = sharedParts(authorizationApi, workflowEngine, LIMITS, { changes: off ? null : changes });

  function contextOf(token: string, whenClientLeaves: (leave: () => void) => void): OperationContext {
    const credential = readCredential({ authorization: `Bearer ${token}` });
    return new OperationContext(shared, {
      id: 'test',
      headers: {},
      credential,
      address: '192.0.2.1',
      whenClientLeaves,
    });
  }

  const parsed = (document: string) => {
    const parsedDocument = parse(document);
    const errors = validate(schema, parsedDocument);
    if (errors.length > 0) throw errors[0];
    return parsedDocument;
  };

  async function run(document: string, token: string, variables: object = {}): Promise<ExecutionResult> {
    return execute({
      schema,
      document: parsed(document),
      contextValue: contextOf(token, () => {}),
      variableValues: { ...variables },
    });
  }

  return {
    changes,
    logged,
    execute: run,
    async data(document, token, variables) {
      const { data, errors } = await run(document, token, variables);
      if (errors || !data) throw new Error(JSON.stringify({ data, errors }));
      return JSON.parse(JSON.stringify(data));
    },
    async follow(document, token, variables = {}) {
      const args = { schema, document: parsed(document), variableValues: variables };
      const source = await createSourceEventStream({ ...args, contextValue: contextOf(token, () => {}) });
      if (!(source instanceof FilteredStream)) throw 'errors' in source ? source.errors?.[0] : source;
      return new Followed(source, {
        args,
        createContext: ({ whenClientLeaves }) => contextOf(token, whenClientLeaves),
        pay: async () => {},
        confirm: async () => {},
      });
    },
    watch(token, engineToken) {
      const watch = overrides?.watch;
      if (!watch) throw new Error('nothing is watched');
      const upstreams = { authorizationApi, workflowEngine: engineToken ? workflowEngine : null };
      const service = {
        authorization: () => callerCredential(tokenFor(token)),
        workflowEngine: () =>
          workflowCallerCredential(engineToken === undefined ? null : tokenFor(engineToken)),
      };
      const limits = { ...ADMISSION_LIMITS, ...LIMITS, requestBytes: 1 };
      const watcher = createWatcher(changes, watch, upstreams, service, limits, logger);
      watchers.push(watcher);
      return watcher;
    },
    async stop() {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
      await changes.close();
      await Promise.all([authorizationApi.close(), workflowEngine.close()]);
    },
  };
}

/** What a follower has got so far. */
export class Followed {
  readonly results: Record<string, unknown>[] = [];
  readonly #stream: EventStream;
  readonly #source: FilteredStream;
  /** Fails with what ended the stream, if that was an error. */
  readonly ended: Promise<void>;

  constructor(source: FilteredStream, execution: EventExecution) {
    this.#source = source;
    const gate = new WriteBarrier();
    this.#stream = new EventStream({
      requestId: 'test',
      key: '',
      answers: new EventAnswers(gate),
      source,
      execution,
      format: (errors) => errors.map((error) => formatError(error.toJSON(), error)),
      gate,
      stallMs: 1000,
      onEnd: () => {},
    });
    this.ended = this.#stream
      .deliver((result) => {
        this.results.push(JSON.parse(JSON.stringify(result.errors ? result : result.data)));
        return undefined;
      })
      .then((error) => {
        if (error) throw error;
      });
    this.ended.catch(() => {});
  }

  /** The cursor from which to go on. */
  get cursor(): string | null {
    return this.#source.cursor;
  }

  /** Waits until there are so many results, and gives them. Fails after ten seconds. */
  async atLeast(count: number): Promise<readonly Record<string, unknown>[]> {
    const deadline = performance.now() + 10_000;
    while (this.results.length < count) {
      if (performance.now() > deadline) throw new Error(`only ${JSON.stringify(this.results)}`);
      await setTimeout(2);
    }
    return this.results;
  }

  async stop(): Promise<void> {
    this.#stream.leave();
    await Promise.allSettled([this.ended]);
  }
}
