import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/** Writes the metrics of this process: memory, processor time, garbage collection, how late the event loop is. */
export function processMetrics(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}
