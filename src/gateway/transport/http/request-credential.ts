import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { readCredential, type SentCredential } from '../../credentials/sent-credential.ts';

const CREDENTIAL = 'credential';

/** Makes the hook that finds out who makes a request, and refuses before its body is read what cannot be understood. */
export function findOutCredential(app: FastifyInstance): onRequestAsyncHookHandler {
  app.decorateRequest(CREDENTIAL);
  return async (request) => {
    request.setDecorator<SentCredential>(CREDENTIAL, readCredential(request.headers));
  };
}

/** Tells who makes a request. Only behind that hook. */
export function credentialOf(request: FastifyRequest): SentCredential {
  return request.getDecorator<SentCredential>(CREDENTIAL);
}
