import type { Logger } from 'pino';
import {
  type RefusedCertificate,
  refusedCertificate,
} from '../../upstream/connection/refused-certificate.ts';
import { ForeignServerError } from '../../upstream/errors/foreign-server-error.ts';
import { NetworkError } from '../../upstream/errors/network-error.ts';
import { TimeoutError } from '../../upstream/errors/timeout-error.ts';
import type { Guard } from '../../upstream/resilience/guard.ts';
import { LogThrottle } from './log-throttle.ts';

/** Why a call failed on its way, for whoever runs the gateway. */
interface Failure {
  /** The system's word for it, e.g. `ECONNREFUSED`, or ours where it has none. There are few. */
  readonly code: string;
  readonly cause: string;
  readonly certificate?: RefusedCertificate | undefined;
}

/** Milliseconds in which each cause is told once. */
const EVERY_MS = 60_000;

/**
 * Writes a line when an upstream cannot be reached, with the cause, which clients are not told: it may name hosts and
 * addresses. Each cause is told once a minute; `leftOut` is how often it was not told before.
 *
 * @param url of the upstream; no more than its origin is told.
 */
export function logFailures(guard: Guard, url: string, logger: Logger): void {
  const { origin } = new URL(url);
  const lines = new LogThrottle({ lines: 1, everyMs: EVERY_MS });
  guard.onFailure = (error) => {
    const failure = failureOf(error);
    if (!failure) return;
    const leftOut = lines.take(failure.code);
    if (leftOut === null) return;
    // A proxy or a server that hangs up may quote what it was sent.
    const cause = guard.secrets.sentence(failure.cause, []);
    logger.warn(
      { upstream: guard.upstream, url: origin, ...failure, cause, ...(leftOut > 0 && { leftOut }) },
      'An upstream cannot be reached',
    );
  };
}

/** Null for what says nothing about the way to the upstream. */
function failureOf(error: unknown): Failure | null {
  const isOfWay = error instanceof NetworkError || error instanceof TimeoutError;
  if (!(isOfWay || error instanceof ForeignServerError)) return null;
  const { cause } = error;
  if (!(cause instanceof Error)) return { code: error.code, cause: error.message };
  const certificate = refusedCertificate(cause);
  return { code: codeOf(cause), cause: sentenceOf(cause), ...(certificate && { certificate }) };
}

function codeOf(cause: Error): string {
  const { code } = Object(cause);
  return typeof code === 'string' ? code : cause.name;
}

/** What failed at each of several addresses says more than that all of them did. */
function sentenceOf(cause: Error): string {
  const all: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const said = all.map((one) => (one instanceof Error ? one.message : String(one)));
  return said.filter((sentence) => sentence !== '').join('; ') || cause.name;
}
