import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { workflowServiceCredential } from '../../src/gateway/credentials/workflow-service.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../src/gateway/upstream/reading/shape.ts';
import { never } from './bad-answers.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientOf, upstreamFor } from './rest-client.ts';

const SIGN_IN = 'POST /auth/api/v1/oauth/token';
const READ = 'GET /workflow-engine/api/v1/workflows/a';
const key = { oauthClientId: 'o', oauthClientSecret: 'os', apiClientId: 'a', apiClientSecret: 'as' };

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

function service(options: { callMs?: number; now?: () => number } = {}) {
  const upstream = upstreamFor(server.url);
  const credential = workflowServiceCredential(upstream, key, options.callMs ?? 5000, options.now);
  const workflow = path`/workflow-engine/api/v1/workflows/a`;
  return () => clientOf(upstream, { credential }).get(workflow, nothing);
}

const signIns = () => server.log.filter((call) => call === SIGN_IN).length;

describe('the sign-in to the workflow engine', () => {
  test('is shared by operations that need it at the same time', async () => {
    server.on(SIGN_IN, json({ access_token: 't', expires_in: 300 })).on(READ, json({}));
    const read = service();
    await Promise.all([read(), read(), read()]);
    expect(signIns()).toBe(1);
  });

  test('is renewed well before expires_in runs out, and not earlier', async () => {
    let clock = 0;
    server.on(SIGN_IN, json({ access_token: 't', expires_in: 300 })).on(READ, json({}));
    const read = service({ now: () => clock });
    await read();
    clock = 239_000;
    await read();
    expect(signIns()).toBe(1);
    clock = 240_000;
    await read();
    expect(signIns()).toBe(2);
  });

  test('that failed is tried again by the next operation', async () => {
    server
      .on(SIGN_IN, json({ error: 'invalid_client' }, 401), json({ access_token: 't' }))
      .on(READ, json({}));
    const read = service();
    await expect(read()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(read()).resolves.toBeUndefined();
  });

  test('that is not answered in time is an error of its own', async () => {
    server.on(SIGN_IN, never);
    await expect(service({ callMs: 50 })()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('without a token in its answer cannot be read', async () => {
    server.on(SIGN_IN, json({ token: 't' }));
    await expect(service()()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });
});
