import { setImmediate } from 'node:timers/promises';

/** Bytes that are copied at once: some milliseconds, for memory that is new is slow. */
const STEP_BYTES = 4 * 1024 * 1024;

/** Puts the parts of a body together; of a long one step by step, so that others can work in between. */
export function joinChunks(chunks: readonly Buffer[]): Buffer | Promise<Buffer> {
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return length > STEP_BYTES ? joinInSteps(chunks, length) : Buffer.concat(chunks, length);
}

async function joinInSteps(chunks: readonly Buffer[], length: number): Promise<Buffer> {
  const joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  let nextPause = STEP_BYTES;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += STEP_BYTES) {
      at += chunk.copy(joined, at, start, start + STEP_BYTES);
      if (at < nextPause) continue;
      nextPause = at + STEP_BYTES;
      await setImmediate();
    }
  }
  return joined;
}
