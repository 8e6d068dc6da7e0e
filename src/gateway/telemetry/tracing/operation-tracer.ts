import type { IncomingHttpHeaders } from 'node:http';
import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { ObservedOperation, Observer } from '../../operation/observation/observed-operation.ts';
import type { Batch, ObservedCall } from '../../upstream/client/observed-call.ts';

/** A name may be as long as a request; the first of it tell which it is. */
const LONGEST_NAME = 64;

const propagator = new W3CTraceContextPropagator();

/**
 * Makes a trace of each operation: a span for it, below that one for each batch of records that were asked for together,
 * and below these one for each REST call. It goes on with the client's trace (`traceparent`, W3C Trace Context), and
 * tells the upstreams theirs.
 *
 * What observers are told holds no token, id, variable or body, so there is nothing to be left out; the name of the
 * operation is the only word of the client's. Attributes have the names of OpenTelemetry's conventions where there are any.
 */
export class OperationTracer implements Observer {
  readonly #tracer: Tracer;
  readonly #spans = new WeakMap<ObservedOperation | Batch | ObservedCall, Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  operationStarted(operation: ObservedOperation, headers: IncomingHttpHeaders): void {
    const remote = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const { streamWork } = operation;
    const span =
      streamWork === null
        ? this.#tracer.startSpan('operation', { kind: SpanKind.SERVER }, remote)
        : this.#tracer.startSpan(`stream ${streamWork}`, { root: true, links: linksTo(remote) });
    this.#spans.set(operation, span);
    operation.traceId = span.spanContext().traceId;
  }

  streamWorkEnded(operation: ObservedOperation): void {
    const span = this.#spans.get(operation);
    span?.setAttribute('rolegraph.rest_calls', operation.restCalls).end();
  }

  batchRead(batch: Batch, operation: ObservedOperation): void {
    const { kind, records, way } = batch;
    this.#start(
      batch,
      `batch ${kind}`,
      SpanKind.INTERNAL,
      { 'rolegraph.batch.kind': kind, 'rolegraph.batch.records': records, 'rolegraph.batch.way': way },
      this.#below(operation),
    );
  }

  batchAnswered(batch: Batch): void {
    this.#spans.get(batch)?.end();
  }

  callStarted(call: ObservedCall, operation: ObservedOperation): void {
    const { upstream, method, route, reason, batch } = call;
    const isShared = reason === 'SHARED';
    const span = this.#start(
      call,
      isShared ? `shared ${method} ${route}` : `${method} ${route}`,
      isShared ? SpanKind.INTERNAL : SpanKind.CLIENT,
      {
        'http.request.method': method,
        'url.template': route,
        'rolegraph.upstream': upstream,
        'rolegraph.reason': reason,
      },
      this.#below(batch ?? operation),
    );
    if (isShared) return;
    const headers: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
    call.headers = headers;
  }

  callEnded(call: ObservedCall): void {
    const span = this.#spans.get(call);
    const { status } = call;
    if (typeof status === 'number') span?.setAttribute('http.response.status_code', status);
    const isError = typeof status === 'string' || (status !== null && status >= 400);
    if (isError) span?.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  }

  operationEnded(operation: ObservedOperation): void {
    const span = this.#spans.get(operation);
    if (!span) return;
    const { type, codes, outcome, restCalls } = operation;
    const name = operation.name?.slice(0, LONGEST_NAME);
    if (type !== null) span.updateName(name === undefined ? type : `${type} ${name}`);
    span.setAttributes({
      ...(type !== null && { 'graphql.operation.type': type }),
      ...(name !== undefined && { 'graphql.operation.name': name }),
      'rolegraph.outcome': outcome,
      'rolegraph.rest_calls': restCalls,
      ...(codes.length > 0 && { 'rolegraph.error_codes': [...new Set(codes)] }),
    });
    if (codes.some(isFailure)) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  #start(
    of: Batch | ObservedCall,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    parent: Context,
  ): Span {
    const span = this.#tracer.startSpan(name, { kind, attributes }, parent);
    this.#spans.set(of, span);
    return span;
  }

  #below(above: ObservedOperation | Batch): Context {
    const span = this.#spans.get(above);
    return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT;
  }
}

/** A stream may last for days, and a trace should not: what is done for it later has traces of its own. */
function linksTo(remote: Context): Link[] {
  const context = trace.getSpanContext(remote);
  return context ? [{ context }] : [];
}

/** Tells whether an error says that something failed, and not that the client asked for the wrong thing. */
function isFailure(code: string): boolean {
  return code === 'INTERNAL_SERVER_ERROR' || code === 'OUTCOME_UNKNOWN' || code.startsWith('UPSTREAM_');
}
