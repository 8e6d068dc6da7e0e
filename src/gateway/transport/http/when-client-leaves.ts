import type { ServerResponse } from 'node:http';

/** Makes the registration of what to do when the client hangs up before its answer is written, or if it has. */
export function whenClientLeaves(response: ServerResponse): (leave: () => void) => void {
  return (leave) => {
    if (response.destroyed) return leave();
    response.once('close', () => {
      if (!response.writableFinished) leave();
    });
  };
}
