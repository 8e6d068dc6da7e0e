import type { FastifyError, FastifyReply, FastifySchemaValidationError } from 'fastify';
import { ApiError } from '../api-error.ts';
import { EngineError } from '../engine-error.ts';
import type { RefusalCode } from '../policy/requests/refusal.ts';
import type { App } from './typed-app.ts';

interface Fault {
  readonly code: RefusalCode;
  readonly message: string;
  readonly property?: string;
}

/** Answers every failure and unknown path of a scope with the error body of contract section 15. */
export function answerEngineErrors(scope: App): void {
  scope.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = engineStatusOf(error);
    if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
    return send(reply, status, faultsOf(error, status));
  });
  scope.setNotFoundHandler((request, reply) => {
    const message = `No route ${request.method} ${request.url.split('?')[0]}; GET /openapi.json lists them`;
    return send(reply, 404, [{ code: 'OBJECT_NOT_FOUND', message }]);
  });
}

function send(reply: FastifyReply, status: number, faults: readonly Fault[]): FastifyReply {
  const details = faults.map(({ code, message, property }) => ({
    error_code: code,
    error_message: message,
    ...(property !== undefined && { property }),
  }));
  return reply.code(status).send({ ...details[0], details });
}

/** Tells the status of a failure: a refusal keeps its own, everything else is 500. */
export function engineStatusOf(error: FastifyError | ApiError): number {
  const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
  return status >= 400 && status < 500 ? status : 500;
}

function faultsOf(error: FastifyError | ApiError, status: number): Fault[] {
  if (status === 500)
    return [{ code: 'GENERAL_ERROR', message: 'Something went wrong here; the log knows more' }];
  if (error instanceof EngineError) {
    const { errorCode: code, message, property } = error;
    return [{ code, message, ...(property !== undefined && { property }) }];
  }
  if ('validation' in error && error.validation !== undefined && error.validation.length > 0) {
    return error.validation.map(faultOf);
  }
  return [{ code: CODES[status] ?? 'BAD_REQUEST', message: error.message }];
}

const CODES: Readonly<Record<number, RefusalCode>> = {
  401: 'PERMISSION_DENIED',
  403: 'PERMISSION_DENIED',
  404: 'OBJECT_NOT_FOUND',
};

const CODES_BY_KEYWORD: Readonly<Record<string, RefusalCode>> = {
  required: 'REQUIRED_VALUE_MISSING',
  type: 'VALUE_INCORRECT_TYPE',
  minLength: 'VALUE_OUT_OF_BOUNDS',
  maxLength: 'VALUE_OUT_OF_BOUNDS',
  minimum: 'VALUE_OUT_OF_BOUNDS',
  maximum: 'VALUE_OUT_OF_BOUNDS',
  minItems: 'VALUE_OUT_OF_BOUNDS',
  pattern: 'VALUE_INCORRECT_FORMAT',
};

/** Says what is wrong with which property: `name`, or `steps.0.match` further down. */
function faultOf({ keyword, instancePath, params, message }: FastifySchemaValidationError): Fault {
  const missing = params['missingProperty'];
  const path = instancePath.split('/').slice(1);
  const property = (typeof missing === 'string' ? [...path, missing] : path).join('.');
  const allowed = params['allowedValues'];
  const fault = typeof missing === 'string' ? 'is required' : (message ?? 'is not valid');
  const said = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : fault;
  return {
    code: CODES_BY_KEYWORD[keyword] ?? 'INVALID_REQUEST_DATA',
    message: `${property === '' ? 'The body' : property} ${said}`,
    ...(property !== '' && { property }),
  };
}
