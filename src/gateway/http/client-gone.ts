import type { ServerResponse } from 'node:http';

/** Makes a signal that is aborted when the client hangs up before its answer was written. */
export function clientGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
