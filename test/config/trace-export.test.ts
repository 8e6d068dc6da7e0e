import { expect, test } from 'vitest';
import { traceExport } from '../../src/config/trace-export.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test.each([
  [{}],
  [{ OTEL_SERVICE_NAME: 'roles', OTEL_TRACES_SAMPLER: 'always_on' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  [{ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
  [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
])('%j exports no traces', (env) => {
  expect(traceExport(env)).toBeNull();
});

test.each([
  [ENDPOINT, 'protobuf'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, 'protobuf'],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'protobuf'],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'json'],
  [
    {
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    },
    'protobuf',
  ],
])('%j exports them', (env, format) => {
  expect(traceExport(env)).toEqual({ format });
});

test.each([
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /grpc.*http\/protobuf.*4318/],
  [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'zipkin' }, /zipkin.*otlp/],
])('%j asks for what there is not, and is told what to set', (env, fault) => {
  expect(traceExport(env)).toEqual({ fault: expect.stringMatching(fault) });
});
