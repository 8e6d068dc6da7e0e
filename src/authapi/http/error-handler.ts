import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { ApiError, type ValidationError } from '../api-error.ts';
import { FAULT, SECRET } from './schema-keywords.ts';
import type { App } from './typed-app.ts';

/** Answers every failure and every unknown path with the error body of contract section 1. */
export function answerErrors(app: App): void {
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    return send(reply, new ApiError(404, `No route ${request.method} ${path}; GET /openapi.json lists them`));
  });
}

/** Answers one failure; also those, such as a malformed path, that come up before any route is found. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  send(reply, refusal);
}

function send(reply: FastifyReply, error: ApiError): FastifyReply {
  return reply.code(error.status).send(bodyOf(error));
}

/** Makes the error body of contract section 1. */
export function bodyOf(error: ApiError): object {
  return {
    status: error.status,
    message: error.message,
    instance: 'rolegraph',
    retryable: error.status >= 500,
    ...(error.code !== undefined && { error: error.code }),
    ...(error.validationErrors.length > 0 && { validationErrors: error.validationErrors }),
  };
}

function refusalOf(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if ('validation' in error && error.validation !== undefined) {
    const faults = error.validation.map((fault) => faultOf(fault, error.validationContext ?? 'body'));
    const first = faults[0];
    if (first === undefined) return new ApiError(400, error.message);
    const seen = first.invalidValue === undefined ? '' : `, not ${JSON.stringify(first.invalidValue)}`;
    return new ApiError(400, `${first.path} ${first.message}${seen}`, { validationErrors: faults });
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) {
    return new ApiError(500, 'Something went wrong here; the log knows more');
  }
  const inBody = error.code?.startsWith('FST_ERR_CTP') === true;
  const validationErrors = inBody ? [{ path: 'body', message: error.message }] : [];
  return new ApiError(status, error.message, { validationErrors });
}

/** Longer faulty values are not worth sending back. */
const LONGEST_SHOWN = 200;

type Fault = FastifySchemaValidationError & { readonly data?: unknown; readonly parentSchema?: object };

/** Says where a fault is; sends the value back if it is short, a scalar, and not marked secret. */
function faultOf(fault: Fault, where: string): ValidationError {
  const { missingProperty, additionalProperty } = fault.params;
  const member = [missingProperty, additionalProperty].find((name) => typeof name === 'string');
  const path = `${where}${fault.instancePath}${member === undefined ? '' : `/${member}`}`;
  const secret = fault.parentSchema !== undefined && SECRET in fault.parentSchema;
  const scalar = ['string', 'number', 'boolean'].includes(typeof fault.data);
  const shown = scalar && String(fault.data).length <= LONGEST_SHOWN && !secret && fault.instancePath !== '';
  return { path, message: explain(fault), ...(shown && { invalidValue: fault.data }) };
}

function explain({ keyword, params, message, parentSchema }: Fault): string {
  if (parentSchema !== undefined && FAULT in parentSchema) return String(parentSchema[FAULT]);
  const allowed = params['allowedValues'];
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is not known here';
  if (Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`;
  return message ?? 'is not valid';
}
