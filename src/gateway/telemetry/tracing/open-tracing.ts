import { setTimeout } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Observer } from '../../operation/observation/observed-operation.ts';
import { OperationTracer } from './operation-tracer.ts';

/** Traces that are being exported. */
export interface Tracing {
  readonly observer: Observer;
  /** Sends what is not sent yet; gives up on a collector that does not answer. */
  close(): Promise<void>;
}

/** A gateway that stops does not wait longer than this for a collector. */
const LAST_EXPORT_MS = 3000;
/** Errors come as JSON with their stack. */
const LONGEST_COMPLAINT = 200;

/**
 * Begins to export traces over OTLP, as `OTEL_…` variables of the environment say. Load this file only for that: the SDK
 * takes a tenth of a second.
 *
 * @param format what the bodies that are sent to the collector are written in.
 * @param version of the gateway, told in every trace.
 */
export async function openTracing(
  format: 'protobuf' | 'json',
  version: string,
  logger: Logger,
): Promise<Tracing> {
  tellTroubles(logger);
  const { OTLPTraceExporter } = await (format === 'json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'));
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'rolegraph', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  return {
    observer: new OperationTracer(provider.getTracer('rolegraph', version)),
    async close() {
      const abort = new AbortController();
      const late = setTimeout(LAST_EXPORT_MS, 'late', { signal: abort.signal }).catch(() => null);
      const outcome = await Promise.race([provider.shutdown().catch((error: unknown) => error), late]);
      abort.abort();
      if (outcome !== undefined) logger.warn('The last traces are lost: the collector does not take them');
    },
  };
}

/** What the SDK complains of, such as a collector that does not answer, goes to the log. It holds no header. */
function tellTroubles(logger: Logger): void {
  const tell = (message: string) =>
    logger.warn({ openTelemetry: message.slice(0, LONGEST_COMPLAINT) }, 'Traces are not exported');
  const ignore = () => {};
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
