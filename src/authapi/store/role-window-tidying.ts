import type { Database } from './database.ts';
import { tidyRoleWindows } from './role-windows.ts';

/** The longest sleep: new windows are noticed after it, and so are jumps of the clock. */
const LONGEST_SLEEP = 60_000;

/**
 * Removes role windows that ended long ago, until the returned function is called. Nothing rests on it: ended
 * windows stop counting by themselves. What is due is read from the table each time, so it survives restarts, and it
 * keeps no process alive.
 */
export function keepRoleWindowsTidy(
  database: Database,
  now: () => number,
  onError: (error: unknown) => void,
): () => void {
  let timer: NodeJS.Timeout;
  const wake = () => {
    let next: number | null = null;
    try {
      next = tidyRoleWindows(database, now());
    } catch (error) {
      // Another process may hold the lock; the next turn will do.
      onError(error);
    }
    const pause = next === null ? LONGEST_SLEEP : Math.max(next - now(), 0);
    timer = setTimeout(wake, Math.min(pause, LONGEST_SLEEP)).unref();
  };
  wake();
  return () => clearTimeout(timer);
}
