import type { FastifyError, FastifyReply, FastifySchemaValidationError } from 'fastify';
import { ApiError, type ValidationError } from '../api-error.ts';
import type { App } from './app.ts';

/** Answers every failure and every unknown path with the error body of contract section 1. */
export function answerErrors(app: App): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
    return send(reply, refusal);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    return send(reply, new ApiError(404, `No route ${request.method} ${path}; GET /openapi.json lists them`));
  });
}

function send(reply: FastifyReply, error: ApiError): FastifyReply {
  return reply.code(error.status).send({
    status: error.status,
    message: error.message,
    instance: 'rolegraph',
    retryable: error.status >= 500,
    ...(error.code !== undefined && { error: error.code }),
    ...(error.validationErrors.length > 0 && { validationErrors: error.validationErrors }),
  });
}

function refusalOf(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if ('validation' in error && error.validation !== undefined) {
    const faults = error.validation.map((fault) => faultOf(fault, error.validationContext ?? 'body'));
    const first = faults[0];
    const message = first === undefined ? error.message : `${first.path} ${first.message}`;
    return new ApiError(400, message, { validationErrors: faults });
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500)
    return new ApiError(500, 'Something went wrong here; the log knows more');
  const path = status === 400 || status === 413 ? [{ path: 'body', message: error.message }] : [];
  return new ApiError(status, error.message, { validationErrors: path });
}

/** Says where a fault is; sends the value back only if it is a scalar and its schema is not marked secret. */
function faultOf(
  fault: FastifySchemaValidationError & { data?: unknown; parentSchema?: object },
  where: string,
): ValidationError {
  const missing = fault.params['missingProperty'];
  const path = `${where}${fault.instancePath}${typeof missing === 'string' ? `/${missing}` : ''}`;
  const message = typeof missing === 'string' ? 'is required' : explain(fault);
  const secret = fault.parentSchema !== undefined && 'x-secret' in fault.parentSchema;
  const scalar = ['string', 'number', 'boolean'].includes(typeof fault.data);
  const shown = scalar && !secret && fault.instancePath !== '';
  return { path, message, ...(shown && { invalidValue: fault.data }) };
}

function explain(fault: FastifySchemaValidationError): string {
  const allowed = fault.params['allowedValues'];
  return Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : (fault.message ?? 'is not valid');
}
