import type { Logger } from 'pino';
import type { Observer } from '../../operation/observation/observed-operation.ts';
import { LogThrottle } from './log-throttle.ts';

/** Which operations get a line in the log. */
export type LoggedOperations = 'none' | 'failed' | 'all';

/** A name may be as long as a request; the first of it tell which it is. */
const LONGEST_NAME = 64;

/** Streams that end for the same reason all at once, such as an upstream that is away, have so many lines in that time. */
const ENDINGS = { lines: 20, everyMs: 10_000 };

/**
 * Makes the observer that writes one line for each operation, and for streams that open and end. What it is told holds no variable, id, token or header, so
 * there is nothing to be left out; the name of the operation is the only word of the client's.
 *
 * @returns none where nothing is to be written.
 */
export function operationLog(logger: Logger, which: LoggedOperations = 'none'): readonly Observer[] {
  if (which === 'none' || !logger.isLevelEnabled('info')) return [];
  const endings = new LogThrottle(ENDINGS);
  return [
    {
      streamOpened(requestId) {
        if (which === 'all') logger.info({ requestId }, 'stream opened');
      },
      streamEnded(code, requestId) {
        if (code === null) {
          if (which === 'all') logger.info({ requestId }, 'stream ended');
          return;
        }
        const leftOut = endings.take(code);
        if (leftOut !== null)
          logger.info({ requestId, code, ...(leftOut > 0 && { leftOut }) }, 'stream ended');
      },
      operationEnded({ requestId, traceId, name, type, outcome, codes, restCalls, ms }) {
        if (which === 'failed' && outcome === 'ok') return;
        logger.info(
          {
            requestId,
            ...(traceId && { traceId }),
            operation: name?.slice(0, LONGEST_NAME) ?? null,
            type,
            outcome,
            ms: Math.round(ms * 10) / 10,
            restCalls,
            ...(codes.length > 0 && { codes: [...new Set(codes)] }),
          },
          'operation',
        );
      },
    },
  ];
}
