import type { Logger } from 'pino';
import type { Observer } from './observer.ts';

/** Which operations get a line in the log. */
export type LoggedOperations = 'none' | 'failed' | 'all';

/** A name may be as long as a request; the first of it tell which it is. */
const LONGEST_NAME = 64;

/**
 * Makes the observer that writes one line for each operation. What it is told holds no variable, id, token or header, so
 * there is nothing to be left out; the name of the operation is the only word of the client's.
 *
 * @returns none where nothing is to be written.
 */
export function operationLog(logger: Logger, which: LoggedOperations = 'none'): readonly Observer[] {
  if (which === 'none' || !logger.isLevelEnabled('info')) return [];
  return [
    {
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
