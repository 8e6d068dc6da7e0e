import type { Worker } from 'node:cluster';
import { z } from 'zod';
import type { ClaimPageToken } from '../gateway/transport/pages/page-token.ts';

const claim = z.object({ claim: z.int(), key: z.string() });
const answer = z.object({ claimed: z.int(), token: z.string().nullable() });

/** Answers the claims of a worker: the process that started it keeps the keys, so that each is good for one of them. */
export function answerClaims(worker: Worker, claimToken: ClaimPageToken): void {
  worker.on('message', (message) => {
    const asked = claim.safeParse(message);
    if (!asked.success) return;
    const { claim: claimed, key } = asked.data;
    void claimToken(key).then((token) => worker.isConnected() && worker.send({ claimed, token }));
  });
}

/** Makes the function by which a worker claims tokens from the process that started it. */
export function claimFromStarter(): ClaimPageToken {
  const waiting = new Map<number, (token: string | null) => void>();
  let count = 0;
  process.on('message', (message) => {
    const told = answer.safeParse(message);
    if (!told.success) return;
    waiting.get(told.data.claimed)?.(told.data.token);
    waiting.delete(told.data.claimed);
  });
  return (key) =>
    new Promise((resolve) => {
      count += 1;
      waiting.set(count, resolve);
      process.send?.({ claim: count, key });
    });
}
