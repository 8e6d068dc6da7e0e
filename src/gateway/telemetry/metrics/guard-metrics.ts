import type { CircuitBreaker } from '../../upstream/resilience/circuit-breaker.ts';
import type { Guard } from '../../upstream/resilience/guard.ts';
import { headerText, seriesText } from './exposition.ts';

const STATES = ['closed', 'open', 'half_open'] as const;

interface Row {
  readonly labels: readonly string[];
  readonly value: number;
}

/** What the guards of the upstreams tell Prometheus. Looked up when it is asked for, so that calls take no longer for it. */
export class GuardMetrics {
  readonly #guards: Guard[] = [];

  add(guard: Guard): void {
    this.#guards.push(guard);
  }

  /** Writes everything in Prometheus' text format. */
  text(): string {
    return [
      this.#metric(
        'rolegraph_circuit_breaker_state',
        'Whether the circuit breaker of an upstream, for its reads, its writes or the reads of long work, is in this state',
        'gauge',
        ['upstream', 'calls', 'state'],
        this.#ofBreakers(({ state }) =>
          STATES.map((one) => ({ labels: [one], value: Number(one === state) })),
        ),
      ),
      this.#metric(
        'rolegraph_circuit_breaker_openings_total',
        'Times that a circuit breaker opened, since calls kept failing',
        'counter',
        ['upstream', 'calls'],
        this.#ofBreakers(({ openings }) => [{ labels: [], value: openings }]),
      ),
      this.#metric(
        'rolegraph_retry_budget_refusals_total',
        'REST calls that failed and were not made again, since too many others had been',
        'counter',
        ['upstream'],
        this.#guards.map(({ upstream, budget }) => ({ labels: [upstream], value: budget.refusals })),
      ),
      this.#metric(
        'rolegraph_waiting_rest_calls',
        'REST calls that wait for others to the same upstream to end',
        'gauge',
        ['upstream'],
        this.#guards.map(({ upstream, queue }) => ({ labels: [upstream], value: queue.length })),
      ),
    ].join('');
  }

  #ofBreakers(rowsOf: (breaker: CircuitBreaker) => readonly Row[]): readonly Row[] {
    return this.#guards.flatMap(({ upstream, breakers }) =>
      Object.entries(breakers).flatMap(([calls, breaker]) =>
        rowsOf(breaker).map(({ labels, value }) => ({ labels: [upstream, calls, ...labels], value })),
      ),
    );
  }

  #metric(
    name: string,
    help: string,
    type: 'counter' | 'gauge',
    labelNames: readonly string[],
    rows: readonly Row[],
  ): string {
    const lines = rows.map(({ labels, value }) => seriesText(name, labelNames, labels, value));
    return headerText(name, help, type) + lines.join('');
  }
}
