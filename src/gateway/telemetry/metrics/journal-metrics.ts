import type { JournalHealth } from '../../changes/journal/feed.ts';
import { headerText, seriesText } from './exposition.ts';

/** What becomes of changes: they are kept, cannot be at the moment, or are not to be. */
export type JournalState = 'OK' | 'FAILING' | 'OFF';

/** Something that writes a journal. */
interface JournalWriter {
  readonly health: JournalHealth;
}

/** What the journal of changes tells operators. Looked up when it is asked for; nothing where changes are not kept. */
export class JournalMetrics {
  #writer: JournalWriter | null = null;

  watch(writer: JournalWriter): void {
    this.#writer = writer;
  }

  /** Says in a word how the journal is getting on. */
  get state(): JournalState {
    if (!this.#writer) return 'OFF';
    return this.#writer.health.isWritable ? 'OK' : 'FAILING';
  }

  /** Writes everything in Prometheus' text format. */
  text(): string {
    if (!this.#writer) return '';
    const { isWritable, waiting, failures, lost } = this.#writer.health;
    return [
      metric(
        'rolegraph_journal_writable',
        'Whether the journal of changes took the last write',
        'gauge',
        Number(isWritable),
      ),
      metric(
        'rolegraph_journal_waiting_changes',
        'Changes that wait in memory for the journal to take them',
        'gauge',
        waiting,
      ),
      metric(
        'rolegraph_journal_failures_total',
        'Attempts to write the journal of changes that failed',
        'counter',
        failures,
      ),
      metric(
        'rolegraph_journal_lost_changes_total',
        'Changes that were never journaled, since too many waited',
        'counter',
        lost,
      ),
    ].join('');
  }
}

function metric(name: string, help: string, type: 'counter' | 'gauge', value: number): string {
  return headerText(name, help, type) + seriesText(name, [], [], value);
}
