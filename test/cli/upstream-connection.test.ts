import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { upstreamConnection } from '../../src/cli/upstream-connection.ts';
import { loadConfig } from '../../src/config/load.ts';
import { privateAuthority } from '../support/certificates.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { start } from './rolegraph.ts';

// It starts processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let caFile: string;
let certFile: string;
let keyFile: string;
let otherKeyFile: string;
let upstreamPort: number;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-tls-'));
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const authority = await privateAuthority('Private CA');
  const own = await authority.issue('rolegraph');
  caFile = await write('ca.pem', authority.cert);
  certFile = await write('cert.pem', own.cert);
  keyFile = await write('key.pem', own.key);
  otherKeyFile = await write('other-key.pem', (await authority.issue('other')).key);
  const server = createServer(
    { ...(await authority.issue('conductor.example.com')), ca: authority.cert, requestCert: true },
    (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"eng"}'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstreamPort = (server.address() as AddressInfo).port;
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});
afterAll(async () => {
  for (const close of closing) await close();
  await rm(folder, { recursive: true });
});

const url = 'https://conductor.example.com';

test('one file of settings reaches an upstream with a private CA and client certificates, through the usual proxy', async () => {
  const proxy = await startForwardProxy(upstreamPort, 'gateway:hunter2');
  closing.push(() => proxy.stop());
  const config = join(folder, 'rolegraph.yaml');
  await writeFile(
    config,
    `authorizationUrl: ${url}\nauthorizationCaFile: ${caFile}\nauthorizationCertFile: ${certFile}\nauthorizationKeyFile: ${keyFile}\n`,
  );
  const gateway = start(
    ['serve', '--config', config, '--port', '0', '--admin-port', 'off', '--changes', 'off'],
    {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'other.example.com',
    },
  );
  onTestFinished(async () => {
    const { stdout, stderr } = await gateway.stop('SIGKILL');
    expect(stdout + stderr).not.toContain('hunter2');
  });
  const endpoint = await gateway.printed(/GraphQL +(http:\S+)/);
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({ query: '{ group(id: "eng") { id } }' }),
  });
  expect(await response.json()).toEqual({ data: { group: { id: 'eng' } } });
  expect(proxy.asked).toEqual(['CONNECT conductor.example.com:443']);
});

test.each<[what: string, env: () => NodeJS.ProcessEnv, message: RegExp]>([
  [
    'a CA file that is not there',
    () => ({ ROLEGRAPH_AUTHORIZATION_CA_FILE: join(folder, 'missing.pem') }),
    /authorizationCaFile cannot be read: .*missing\.pem \(ENOENT\)/,
  ],
  [
    'a CA file that holds no certificate',
    () => ({ ROLEGRAPH_AUTHORIZATION_CA_FILE: keyFile }),
    /authorizationCaFile .*key\.pem.* (holds no certificate|cannot be used)/,
  ],
  [
    'a certificate with the key of another',
    () => ({
      ROLEGRAPH_AUTHORIZATION_CERT_FILE: certFile,
      ROLEGRAPH_AUTHORIZATION_KEY_FILE: otherKeyFile,
    }),
    /authorizationCertFile .*cert\.pem.* with authorizationKeyFile .*other-key\.pem.* cannot be used: .*mismatch/,
  ],
  [
    'a certificate without its key',
    () => ({ ROLEGRAPH_AUTHORIZATION_CERT_FILE: certFile }),
    /authorizationKeyFile \(ROLEGRAPH_AUTHORIZATION_KEY_FILE\) is missing/,
  ],
  [
    'a proxy that is no URL, without its password',
    () => ({ ROLEGRAPH_AUTHORIZATION_PROXY: 'ftp://user:hunter2@proxy' }),
    /authorizationProxy .* is a value that is not shown; allowed: an http or https URL/,
  ],
  [
    'a variable that is no proxy',
    () => ({ HTTPS_PROXY: 'socks5://user:hunter2@proxy' }),
    /HTTPS_PROXY .* correct it/,
  ],
])('%s is named at start', (_, env, message) => {
  const started = () => {
    const config = loadConfig({ values: new Map() }, { ROLEGRAPH_AUTHORIZATION_URL: url, ...env() });
    return upstreamConnection(url, 'authorization', config, env());
  };
  expect(started).toThrow(message);
  expect(started).not.toThrow(/hunter2/);
});
