import type { ObservedOperation, Observer } from '../../operation/observation/observed-operation.ts';
import type { Batch, ObservedCall } from '../../upstream/client/observed-call.ts';
import { Counts } from './counts.ts';
import { Histogram } from './histogram.ts';
import { LabelCap } from './label-cap.ts';
import { Level } from './level.ts';

/** Most operations, by name, that have series of their own. */
const MOST_NAMES = 100;

const OPERATION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** What a gateway tells Prometheus about its operations and their REST calls. No label holds an id or a value. */
export class GatewayMetrics implements Observer {
  readonly #names = new LabelCap(MOST_NAMES);
  readonly #operations = new Counts(
    'rolegraph_operations_total',
    'Operations by name (the first 100 names), type and outcome',
    ['operation', 'type', 'outcome'],
  );
  readonly #operationSeconds = new Histogram(
    'rolegraph_operation_duration_seconds',
    'Time until the answer of an operation was known',
    ['type'],
    OPERATION_SECONDS,
  );
  readonly #restCalls = new Histogram(
    'rolegraph_operation_rest_calls',
    'REST calls behind one operation',
    ['type'],
    [0, ...SIZES],
  );
  readonly #errors = new Counts('rolegraph_errors_total', 'Errors in answers by extensions.code', ['code']);
  readonly #refusals = new Counts(
    'rolegraph_refused_operations_total',
    'Operations that were refused before anything was read, by extensions.code and the limit that they exceed',
    ['code', 'limit'],
  );
  readonly #calls = new Counts(
    'rolegraph_rest_calls_total',
    'REST calls by route and by HTTP status, or the code of the error that came in its place',
    ['upstream', 'method', 'route', 'status'],
  );
  readonly #callSeconds = new Histogram(
    'rolegraph_rest_call_duration_seconds',
    'Time that one REST call took',
    ['upstream', 'method', 'route'],
    CALL_SECONDS,
  );
  readonly #shared = new Counts(
    'rolegraph_shared_rest_calls_total',
    'Reads that joined a call which another operation was making',
    ['upstream'],
  );
  readonly #repeated = new Counts(
    'rolegraph_repeated_rest_calls_total',
    'REST calls that were made once more since they failed',
    ['upstream', 'method'],
  );
  readonly #batches = new Histogram(
    'rolegraph_batch_records',
    'Records that were asked for together, and whether they came one by one or by their list',
    ['kind', 'way'],
    SIZES,
  );

  readonly #openStreams = new Level('rolegraph_open_streams', 'Streams of subscriptions that are open');
  readonly #streamEnds = new Counts(
    'rolegraph_stream_ends_total',
    'Streams that ended, by the extensions.code that the client was told; none where it was done or its client left',
    ['code'],
  );

  operationRefused(code: string, limit: string | null): void {
    this.#refusals.add(code, limit ?? 'none');
  }

  streamOpened(): void {
    this.#openStreams.change(1);
  }

  streamEnded(code: string | null): void {
    this.#openStreams.change(-1);
    this.#streamEnds.add(code ?? 'none');
  }

  callEnded(call: ObservedCall): void {
    const { upstream, method, route, reason, status, ms } = call;
    if (reason === 'SHARED') {
      this.#shared.add(upstream);
      return;
    }
    if (reason === 'REPEATED') this.#repeated.add(upstream, method);
    this.#calls.add(upstream, method, route, String(status));
    this.#callSeconds.add(ms / 1000, upstream, method, route);
  }

  batchRead({ kind, records, way }: Batch): void {
    this.#batches.add(records, kind, way);
  }

  operationEnded({ name, type, outcome, codes, restCalls, ms }: ObservedOperation): void {
    const kind = type ?? 'none';
    const known = type === null ? 'none' : name === null ? 'anonymous' : this.#names.of(name);
    this.#operations.add(known, kind, outcome);
    this.#operationSeconds.add(ms / 1000, kind);
    this.#restCalls.add(restCalls, kind);
    for (const code of codes) this.#errors.add(code);
  }

  /** Writes everything in Prometheus' text format. */
  text(): string {
    const metrics = [
      this.#operations,
      this.#operationSeconds,
      this.#restCalls,
      this.#errors,
      this.#refusals,
      this.#calls,
      this.#callSeconds,
      this.#shared,
      this.#repeated,
      this.#batches,
      this.#openStreams,
      this.#streamEnds,
    ];
    return metrics.map((metric) => metric.text()).join('');
  }
}
