import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { UpstreamConnection } from '../../src/gateway/options.ts';
import { type Authority, type Certificate, privateAuthority } from '../support/certificates.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';

const HOST = 'conductor.example.com';
const QUERY = '{ group(id: "eng") { id } }';
const FOUND = { group: { id: 'eng' } };

let authority: Authority;
let stranger: Authority;
let own: Certificate;
beforeAll(async () => {
  authority = await privateAuthority('Private CA');
  stranger = await privateAuthority('Another CA');
  own = await authority.issue('rolegraph');
});

/** Starts an upstream with a certificate of the private authority. */
async function startTls(options: { requestCert?: boolean } = {}) {
  const clients: (string | undefined)[] = [];
  const server = createServer(
    { ...(await authority.issue(HOST)), ca: authority.cert, rejectUnauthorized: true, ...options },
    (request, response) => {
      const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject ?? {};
      clients.push(typeof CN === 'string' ? CN : undefined);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"eng"}');
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `https://127.0.0.1:${port}`, clients };
}

async function ask(url: string, authorizationConnection: UpstreamConnection) {
  const gateway = await GatewayUnderTest.start(url, { authorizationConnection });
  onTestFinished(() => gateway.stop());
  const { data, errors } = await gateway.send(QUERY);
  return { data, codes: errors.map(({ extensions }) => extensions['code']) };
}

const REFUSED = { data: { group: null }, codes: ['UPSTREAM_UNAVAILABLE'] };

describe('an upstream with a private authority', () => {
  test('is trusted by its file, and by nothing else', async () => {
    const { url } = await startTls();
    expect(await ask(url, { tls: { ca: authority.cert } })).toEqual({ data: FOUND, codes: [] });
    expect(await ask(url, {})).toEqual(REFUSED);
    expect(await ask(url, { tls: { ca: stranger.cert } })).toEqual(REFUSED);
  });

  test('must have the server name that is set', async () => {
    const { url } = await startTls();
    const tls = { ca: authority.cert };
    expect((await ask(url, { tls: { ...tls, servername: HOST } })).data).toEqual(FOUND);
    expect(await ask(url, { tls: { ...tls, servername: 'other.example.com' } })).toEqual(REFUSED);
  });

  test('that demands a client certificate is shown that of the gateway', async () => {
    const { url, clients } = await startTls({ requestCert: true });
    const tls = { ca: authority.cert, ...own };
    expect((await ask(url, { tls })).data).toEqual(FOUND);
    expect(clients).toEqual(['rolegraph']);
    expect(await ask(url, { tls: { ca: authority.cert } })).toEqual(REFUSED);
    expect(await ask(url, { tls: { ca: authority.cert, ...(await stranger.issue('x')) } })).toEqual(REFUSED);
  });
});

describe('through a proxy', () => {
  let plain: MisbehavingServer;
  beforeAll(async () => {
    plain = await MisbehavingServer.start();
    plain.on('GET /api/groups/eng', json({ id: 'eng' }));
  });
  afterAll(() => plain.stop());

  async function proxyTo(port: number, user?: string) {
    const proxy = await startForwardProxy(port, user);
    onTestFinished(() => proxy.stop());
    return proxy;
  }

  test('an https upstream is reached by CONNECT, and its certificate is checked by the gateway itself', async () => {
    const { port, clients } = await startTls({ requestCert: true });
    const { url, asked } = await proxyTo(port, 'gateway:secret');
    const proxy = { url, except: '' };
    const tls = { ca: authority.cert, ...own };
    expect(await ask(`https://${HOST}`, { tls, proxy })).toEqual({ data: FOUND, codes: [] });
    expect(asked).toEqual([`CONNECT ${HOST}:443`]);
    expect(clients).toEqual(['rolegraph']);
    expect(await ask(`https://${HOST}`, { proxy })).toEqual(REFUSED);
    expect(await ask('https://other.example.com', { tls, proxy })).toEqual(REFUSED);
  });

  test('an http upstream is asked for by its whole URL', async () => {
    const { url, asked } = await proxyTo(Number(new URL(plain.url).port));
    expect((await ask(`http://${HOST}/base`, { proxy: { url, except: '' } })).codes).toEqual([]);
    expect(asked).toEqual([`GET http://${HOST}/base/api/groups/eng`]);
    expect((await ask(`http://${HOST}`, { proxy: { url, except: '' } })).data).toEqual(FOUND);
  });

  test('that refuses the gateway nothing is answered', async () => {
    const { port } = await startTls();
    const tls = { ca: authority.cert };
    const { url } = await proxyTo(port, 'gateway:secret');
    const proxy = { url: url.replace('secret', 'wrong'), except: '' };
    expect(await ask(`https://${HOST}`, { tls, proxy })).toEqual(REFUSED);
    expect(await ask(`http://${HOST}`, { proxy })).toEqual(REFUSED);
  });

  test('hosts that are excepted are not reached', async () => {
    const { url, asked } = await proxyTo(1);
    const proxy = { url, except: 'localhost,127.0.0.1' };
    expect((await ask(plain.url, { proxy })).data).toEqual(FOUND);
    expect(asked).toEqual([]);
  });
});
