import { constants } from 'node:os';
import type { Logger } from 'pino';

/** A signal that follows this soon is the same key press: under npm, Ctrl-C arrives from the terminal and from npm. */
const samePressMs = 500;

/**
 * Keeps the process until SIGINT or SIGTERM, then stops cleanly and exits with 0.
 *
 * A second signal does not wait: it exits with 128 + its number. An error that nothing caught is logged and
 * exits with 1, because what it left half done is unknown.
 *
 * @param stop closes the servers; resolves when requests in flight are answered.
 */
export function keepRunning(stop: () => Promise<void>, logger: Logger): void {
  let stopping: number | null = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (stopping === null) {
      stopping = performance.now();
      stop().then(() => process.exit(0), crash);
    } else if (performance.now() - stopping > samePressMs) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  const crash = (err: unknown) => {
    logger.fatal({ err }, 'Stopped by an error that nothing caught');
    process.exit(1);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('uncaughtException', crash);
}
