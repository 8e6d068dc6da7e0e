import type { Logger } from 'pino';
import type { Guard } from '../../upstream/resilience/guard.ts';

/** Writes a line when an upstream begins to be left alone since it keeps failing, and one when it is called again. */
export function logPauses({ upstream, breakers }: Guard, logger: Logger): void {
  for (const [calls, breaker] of Object.entries(breakers)) {
    breaker.onTurn = (state) => {
      if (state === 'open')
        logger.warn({ upstream, calls }, 'An upstream keeps failing; its circuit is open');
      else logger.info({ upstream, calls }, 'An upstream answers again');
    };
  }
}
