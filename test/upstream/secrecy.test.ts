import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { half, html, redirect, reset } from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer, text } from './misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(`${server.url}/CANARY-folder`);
});
afterEach(() => {
  server.reset();
  gateway.logged.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const GET = 'GET /CANARY-folder/api/users/ann';
const token = { 'x-authorization': 'CANARY-token' };

/** What nobody outside may see: marked bodies and tokens, where the upstream is, and stacks. */
function secretsIn(answer: string): string[] {
  const port = new URL(server.url).port;
  return ['CANARY', port, '127.0.0.1', '/api/', 'stacktrace', '.ts:', 'node_modules', 'at Object.'].filter(
    (secret) => answer.includes(secret),
  );
}

describe('clients see nothing of the upstream but what it means for them to see, when it', () => {
  test.each<[what: string, answer: Behaviour]>([
    ['fails with a sentence', json({ message: 'CANARY at db-7', error: 'CANARY' }, 500)],
    ['fails with a stack', text('CANARY\n at Object.run (/srv/app.ts:1)', 'text/plain', 502)],
    ['refuses with a web page', text('<h1>CANARY</h1>', 'text/html', 403)],
    ['refuses with details', json({ message: 'No', metadata: 'CANARY', instance: 'CANARY' }, 400)],
    ['redirects', redirect('http://CANARY.example.com/api/login')],
    ['sends a web page and 200', html('CANARY')],
    ['sends a wrong type', json({ id: 'ann', name: { CANARY: 1 } })],
    ['sends no key', json({ CANARY: 'CANARY' })],
    ['sends broken JSON', text('{"CANARY":', 'application/json')],
    ['hangs up', reset],
    ['hangs up in the middle', half],
    ['knows no such user', json({ message: 'CANARY' }, 404)],
  ])('%s', async (_, answer) => {
    server.on(GET, answer);
    const got = await gateway.send('{ user(id: "ann") { name } }', {}, token);
    expect(server.log).toEqual([GET]);
    expect(got.data).toEqual({ user: null });
    expect(secretsIn(got.text)).toEqual([]);
    expect(JSON.stringify(gateway.logged)).not.toContain('CANARY-token');
  });

  test('is not there', async () => {
    const gone = await MisbehavingServer.start();
    await gone.stop();
    const lost = await GatewayUnderTest.start(`${gone.url}/CANARY`);
    try {
      const got = await lost.send('{ user(id: "ann") { name } }', {}, token);
      expect(got.errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
      expect(secretsIn(got.text)).toEqual([]);
      expect(got.text).not.toContain(new URL(gone.url).port);
    } finally {
      await lost.stop();
    }
  });
});

describe('a secret', () => {
  test('of a sign-in that fails is in no answer and no log', async () => {
    server.on('POST /CANARY-folder/api/token', json({ message: 'No such key' }, 401));
    const got = await gateway.send(
      'mutation ($input: GenerateTokenInput!) { generateToken(input: $input) { token userErrors { message } } }',
      { input: { keyId: 'k', keySecret: 'CANARY-secret' } },
    );
    expect(server.calls[0]?.body).toContain('CANARY-secret');
    expect(got.text).not.toContain('CANARY');
    expect(JSON.stringify(gateway.logged)).not.toContain('CANARY-secret');
  });
});
