import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 count buffers into the size of the whole heap when it decides to mark all of it. Otherwise every 64 MiB that
 * pass through sockets are a reason: with the models of 100,000 users in the heap that cost each read of their list
 * twice what receiving it does. Buffers that passed are still freed, with the young generation.
 */
export function letBuffersPass(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
