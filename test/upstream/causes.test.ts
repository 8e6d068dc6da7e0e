import { once } from 'node:events';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { pino } from 'pino';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { UpstreamConnection } from '../../src/gateway/options.ts';
import { logFailures } from '../../src/gateway/telemetry/log/log-failures.ts';
import { KnownSecrets } from '../../src/gateway/upstream/client/known-secrets.ts';
import { NetworkError } from '../../src/gateway/upstream/errors/network-error.ts';
import { Guard } from '../../src/gateway/upstream/resilience/guard.ts';
import { type Authority, privateAuthority } from '../support/certificates.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { half, reset } from './bad-answers.ts';
import { type Behaviour, MisbehavingServer, text } from './misbehaving-server.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await privateAuthority('Private CA');
});

const QUERY = '{ a: group(id: "a") { id } b: group(id: "b") { id } c: role(id: "c") { id } }';

/** Asks three times for several things of an upstream that fails, and gives what clients and operators are told. */
async function fail(url: string, authorizationConnection: UpstreamConnection = {}) {
  const gateway = await GatewayUnderTest.start(url, {
    authorizationConnection,
    logLevel: 'info',
    limits: { repeats: 2 },
  });
  onTestFinished(() => gateway.stop());
  const answers = [];
  for (let n = 0; n < 3; n += 1) answers.push(await gateway.send(QUERY));
  const lines = gateway.logged.filter(({ msg }) => msg === 'An upstream cannot be reached');
  return {
    told: answers.map((answer) => answer.text).join('\n'),
    lines,
    codes: answers[0]?.errors.map(({ extensions }) => extensions['code']),
  };
}

async function startTls(names: readonly string[]): Promise<string> {
  const server = createTls(await authority.issue(...names), (_, response) => void response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function misbehaving(answer: Behaviour): Promise<string> {
  const server = await MisbehavingServer.start(answer);
  onTestFinished(() => server.stop());
  return server.url;
}

const line = { level: 40, upstream: 'authorization API' };

describe('the cause of a failure on the way to an upstream is in the log, once, and not told to clients', () => {
  test('a private authority: which certificate was refused, and of whom', async () => {
    const url = await startTls(['conductor.example.com']);
    const { told, lines, codes } = await fail(url);
    expect(lines).toMatchObject([
      {
        ...line,
        url,
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        cause: expect.stringContaining('unable to verify the first certificate'),
        certificate: {
          subject: 'CN=conductor.example.com',
          issuer: 'CN=Private CA',
          names: expect.stringContaining('DNS:conductor.example.com'),
          validTo: expect.any(String),
        },
      },
    ]);
    expect(codes).toEqual(Array(3).fill('UPSTREAM_UNAVAILABLE'));
    expect(told).not.toMatch(/certificate|Private CA|127\.0\.0\.1/);
  });

  test('a wrong host name: for which names the certificate is', async () => {
    const url = await startTls(['conductor.example.com']);
    const tls = { ca: authority.cert, servername: 'other.example.com' };
    const { told, lines } = await fail(url, { tls });
    expect(lines).toMatchObject([
      {
        ...line,
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        cause: expect.stringContaining('other.example.com'),
        certificate: { subject: 'CN=conductor.example.com', issuer: 'CN=Private CA' },
      },
    ]);
    expect(told).not.toContain('example.com');
  });

  test('a closed port', async () => {
    const gone = await MisbehavingServer.start();
    await gone.stop();
    const { told, lines } = await fail(gone.url);
    const { host } = new URL(gone.url);
    expect(lines).toMatchObject([
      { ...line, url: gone.url, code: 'ECONNREFUSED', cause: expect.stringContaining(host) },
    ]);
    expect(lines[0]).not.toHaveProperty('certificate');
    expect(told).not.toContain('127.0.0.1');
  });

  test('a closed port at each address of a host', async () => {
    const gone = await MisbehavingServer.start();
    await gone.stop();
    const { port } = new URL(gone.url);
    const { lines } = await fail(`http://user:secret@localhost:${port}`);
    expect(lines).toMatchObject([
      {
        url: `http://localhost:${port}`,
        code: 'ECONNREFUSED',
        cause: expect.stringMatching(/ECONNREFUSED .*\d/),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('a host that no name server knows', async () => {
    const { told, lines } = await fail('http://no-such-host.invalid');
    expect(lines).toMatchObject([
      {
        ...line,
        code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
        cause: expect.stringContaining('no-such-host.invalid'),
      },
    ]);
    expect(told).not.toContain('no-such-host');
  });

  test.each<[what: string, answer: Behaviour, code: RegExp]>([
    ['a connection that is reset', reset, /^(ECONNRESET|UND_ERR_SOCKET)$/],
    ['an answer that breaks off', half, /^(ECONNRESET|UND_ERR_SOCKET)$/],
  ])('%s', async (_, answer, code) => {
    const { lines } = await fail(await misbehaving(answer));
    expect(lines).toMatchObject([{ ...line, code: expect.stringMatching(code), cause: expect.any(String) }]);
  });

  test('a server that speaks no TLS, or no HTTP', async () => {
    const plain = await misbehaving(text('{}', 'application/json'));
    expect((await fail(plain.replace('http:', 'https:'))).lines).toMatchObject([
      { ...line, code: expect.stringMatching(/SSL|EPROTO/) },
    ]);
    const server = createTcp((socket) => void socket.end('220 smtp.example.com ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await fail(`http://127.0.0.1:${port}`)).lines).toMatchObject([
      { ...line, code: 'HTTPParserError' },
    ]);
  });

  test('another server than the API', async () => {
    const { lines } = await fail(await misbehaving(text('Not Found', 'text/plain', 404)));
    expect(lines).toMatchObject([
      { ...line, code: 'UPSTREAM_ERROR', cause: expect.stringContaining('no authorization API at this URL') },
    ]);
  });

  test('holds no secret that the gateway knows, which a proxy may quote', () => {
    const logged: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (written: string) => void logged.push(written) });
    const secrets = new KnownSecrets(['s3cret-of-the-key']);
    const guard = new Guard('authorization API', {
      callMs: 1,
      repeats: 0,
      connections: 1,
      queuedCalls: 1,
      pauseMs: 1,
      longWorkShare: 1,
      secrets,
    });
    logFailures(guard, 'http://127.0.0.1:9/api', logger);
    const cause = new Error('the proxy refused keySecret=s3cret-of-the-key');
    guard.onFailure?.(new NetworkError('authorization API', cause));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ cause: 'the proxy refused keySecret=[hidden]' });
  });
});
