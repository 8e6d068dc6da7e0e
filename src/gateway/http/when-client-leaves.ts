import type { ServerResponse } from 'node:http';

/** Makes the registration of what to do when the client hangs up before its answer is written. */
export function whenClientLeaves(response: ServerResponse): (leave: () => void) => void {
  return (leave) => {
    response.once('close', () => {
      if (!response.writableFinished) leave();
    });
  };
}
