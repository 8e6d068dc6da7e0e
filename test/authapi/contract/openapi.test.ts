import { afterAll, describe, expect, it } from 'vitest';
import { asRecord } from '../support/answer.ts';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';

const api = await startApiUnderTest();
afterAll(() => api.stop());

/** Contract section 22: the calls of the 49 methods, path parameters by any name. */
const CALLS = `
  POST,GET /applications
  GET,PUT,DELETE /applications/{}
  GET /applications/key/{}
  POST,DELETE /applications/{}/roles/{}
  PUT,GET,DELETE /applications/{}/tags
  POST,GET /applications/{}/accessKeys
  POST /applications/{}/accessKeys/{}/status
  DELETE /applications/{}/accessKeys/{}
  PUT,GET,DELETE /users/{}
  GET /users
  GET /users/{}/permissions
  GET /users/{}/checkPermissions
  PUT,GET,DELETE /groups/{}
  GET /groups
  GET /groups/{}/permissions
  POST,DELETE /groups/{}/users/{}
  POST,DELETE,GET /groups/{}/users
  POST,DELETE /auth/authorization
  GET /auth/authorization/{}/{}
  GET,POST /roles
  GET /roles/system
  GET /roles/custom
  GET /roles/permissions
  GET,PUT,DELETE /roles/{}
  GET /token/userInfo
  POST /token
  POST,GET /gateway/config/auth
  GET,PUT,DELETE /gateway/config/auth/{}`
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [methods = '', path = ''] = line.trim().split(' ');
    return methods.split(',').map((method) => `${method} /api${path}`);
  });

/** Contract sections 11 and 14: what clients' own suites touch beyond the 49 methods. */
const OPTIONAL = [
  'GET /api/auth/subjects/{}/{}/grants',
  'DELETE /api/auth/subjects/{}/{}/grants',
  'GET /api/metadata/taskdefs',
  'POST /api/metadata/workflow',
  'POST /api/metadata/taskdefs',
  'POST /api/scheduler/schedules',
  'POST /api/users/{}/sendInviteEmail',
];

async function documented(): Promise<Map<string, Record<string, unknown>>> {
  const response = await fetch(new URL('/openapi.json', api.url));
  const { paths } = asRecord(await response.json());
  const operations = Object.entries(asRecord(paths)).flatMap(([path, methods]) =>
    Object.entries(asRecord(methods)).map(([method, operation]): [string, Record<string, unknown>] => [
      `${method.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`,
      asRecord(operation),
    ]),
  );
  return new Map(operations);
}

describe.skipIf(remote)('the embedded API’s own document', () => {
  it('is OpenAPI 3.1, as JSON, for anybody', async () => {
    const response = await fetch(new URL('/openapi.json', api.url));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      info: { title: expect.any(String) },
    });
  });

  it('lists the calls of all 49 methods', async () => {
    const operations = await documented();
    expect(CALLS).toHaveLength(49);
    expect(CALLS.filter((call) => !operations.has(call))).toEqual([]);
  });

  it('lists nothing below /api beyond them but what the contract names as optional', async () => {
    const below = [...(await documented()).keys()].filter((call) => call.includes(' /api/'));
    expect(below.filter((call) => !CALLS.includes(call) && !OPTIONAL.includes(call))).toEqual([]);
  });

  it('says what each call is for', async () => {
    const operations = await documented();
    expect(CALLS.filter((call) => !operations.get(call)?.['summary'])).toEqual([]);
  });

  it('says what bodies are taken and given', async () => {
    const operations = await documented();
    const bodiless = /roles\/\{\}$|accessKeys|users\/\{\}$|DELETE/;
    const writes = CALLS.filter(
      (call) =>
        /^(POST|PUT) /.test(call) &&
        (call === 'PUT /api/users/{}' || call === 'PUT /api/roles/{}' || !bodiless.test(call)),
    );
    expect(writes.filter((call) => !operations.get(call)?.['requestBody'])).toEqual([]);
    expect(CALLS.filter((call) => !asRecord(operations.get(call)?.['responses'])['200'])).toEqual([]);
  });
});

describe.skipIf(remote)('the page for people', () => {
  it('loads, with everything it needs, from this server', async () => {
    const page = await fetch(new URL('/docs', api.url));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    const scripts = assets.filter((path) => /\.(js|css)(\?|$)/.test(path));
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) {
      const url = new URL(path, page.url);
      expect(url.origin).toBe(new URL(api.url).origin);
      const asset = await fetch(url);
      expect(asset.status, path).toBe(200);
      expect(await asset.text()).not.toBe('');
    }
  });

  it('runs no inline script, is framed by nobody, and calls nobody else', async () => {
    const page = await fetch(new URL('/docs', api.url));
    const policy = page.headers.get('content-security-policy')?.split(';') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const [, content] of (await page.text()).matchAll(/<script[^>]*>([^<]*)/g)) {
      expect(content?.trim()).toBe('');
    }
  });
});
