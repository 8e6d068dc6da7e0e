import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { callerCredential } from '../../src/gateway/credentials/caller.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { Connections, LIFETIME_MS } from '../../src/gateway/upstream/connection/connections.ts';
import { tokenFor } from '../support/tokens.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';
import { clientOf, upstreamFor } from './rest-client.ts';

const whatever = (body: unknown): unknown => body;
const group = path`/api/groups/eng`;

describe('while an upstream takes connections and never finishes making them', () => {
  let silent: Server;
  let open: Set<Socket>;
  let most: number;
  beforeEach(async () => {
    open = new Set();
    most = 0;
    silent = createServer((socket) => {
      open.add(socket);
      most = Math.max(most, open.size);
      socket
        .on('error', () => {})
        .on('close', () => open.delete(socket))
        .resume();
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterEach(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((closed) => silent.close(closed));
  });

  test('clients that leave take their connections along, so that there are never more than `connections`', async () => {
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    // The handshake of TLS is what never ends.
    const guard = { connections: 2, callMs: 60_000 };
    const upstream = upstreamFor(`https://127.0.0.1:${port}`, { guard, connectMs: 60_000 });
    for (let round = 0; round < 10; round += 1) {
      const leaving = new AbortController();
      const client = clientOf(upstream, {
        clientGone: leaving.signal,
        credential: callerCredential(tokenFor(`token-${round}`)),
      });
      const read = client.get(group, whatever);
      while (open.size === 0) await once(silent, 'connection');
      leaving.abort();
      await expect(read).rejects.toMatchObject({ name: 'CancelledError' });
      for (const socket of open) await once(socket, 'close');
    }
    expect(most).toBe(1);
  });
});

describe('a connection', () => {
  let server: MisbehavingServer;
  let now: number;
  let connections: Connections;
  beforeEach(async () => {
    server = await MisbehavingServer.start();
    now = 0;
    connections = new Connections(server.url, { connectMs: 1000, responseBytes: 1000 }, () => now);
    onTestFinished(async () => {
      await connections.close();
      await server.stop();
    });
  });

  test('is used again, and no longer than its lifetime: the next one finds the address anew', () => {
    const first = connections.take();
    connections.give(first);
    expect(connections.take()).toBe(first);
    now = LIFETIME_MS;
    connections.give(first);
    const second = connections.take();
    expect(second).not.toBe(first);
    expect(connections.count).toBe(1);
  });

  test('that the server closed is forgotten', async () => {
    server.on('GET /', json({}));
    const many = Array.from({ length: 3 }, () => connections.take());
    const closed = many.map((connection) => once(connection.dispatcher, 'disconnect'));
    for (const connection of many) {
      const { body } = await connection.dispatcher.request({ origin: server.url, method: 'GET', path: '/' });
      await body.dump();
    }
    for (const connection of many) connections.give(connection);
    expect(connections.count).toBe(3);
    server.hangUp();
    await Promise.all(closed);
    expect(connections.count).toBe(0);
  });
});
