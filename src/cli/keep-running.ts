import { constants } from 'node:os';
import type { Logger } from 'pino';
import { startedByNpm } from '../config/started-by-npm.ts';

/** A signal that follows this soon is the same key press: under npm, Ctrl-C comes from the terminal and from npm. */
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
  let stoppingSince: number | null = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (stoppingSince === null) {
      stoppingSince = performance.now();
      stop().then(() => process.exit(0), crash);
    } else if (performance.now() - stoppingSince > samePressMs) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  const crash = (err: unknown) => {
    logger.fatal({ err }, 'Stopped by an error that nothing caught');
    process.exit(1);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('uncaughtException', crash);
  if (startedByNpm()) onceOrphaned(() => onSignal('SIGTERM'));
}

/** npm passes SIGTERM to its shell, which dies of it without passing it on: a new parent is all we notice. */
function onceOrphaned(act: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 200);
  timer.unref();
}
