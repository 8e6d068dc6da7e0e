/** How traces leave the gateway, as the standard environment variables of OpenTelemetry say. */
export interface TraceExport {
  /** What the bodies that are sent to the collector are written in. */
  readonly format: 'protobuf' | 'json';
}

/** Why variables ask for traces and there will be none, for the log. */
export interface NoTraceExport {
  readonly fault: string;
}

const FORMATS: Readonly<Record<string, TraceExport['format']>> = {
  'http/protobuf': 'protobuf',
  'http/json': 'json',
};

/**
 * Reads whether traces are exported, and in which format. They are where `OTEL_EXPORTER_OTLP_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` names a collector, or `OTEL_TRACES_EXPORTER` is `otlp`; everything else that
 * OpenTelemetry's variables say is read by its SDK. Nothing they say keeps the gateway from starting: they are often set
 * for all services of a cluster.
 *
 * @param env the process's environment.
 * @returns null where nothing asks for traces.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function traceExport(env: NodeJS.ProcessEnv = process.env): TraceExport | NoTraceExport | null {
  const isDisabled = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const exporter = env['OTEL_TRACES_EXPORTER'] || (endpoint ? 'otlp' : 'none');
  if (isDisabled || exporter === 'none') return null;
  if (exporter !== 'otlp') {
    return { fault: `OTEL_TRACES_EXPORTER is ${exporter}: set it to otlp, or unset it` };
  }
  const protocol =
    env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  const format = FORMATS[protocol];
  return format
    ? { format }
    : {
        fault: `The protocol of the collector is ${protocol}: set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf or http/json, and the endpoint to where the collector takes it, by default its port 4318`,
      };
}
