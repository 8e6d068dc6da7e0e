import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type GatewayOverrides, GatewayUnderTest } from './gateway-under-test.ts';

/** Something that takes connections and commands as Redis does, and says OK to all. */
let redis: Server;
let sockets: Socket[];
let folder: string;
let upstream: MisbehavingServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-start-'));
  sockets = [];
  redis = createServer((socket) => {
    sockets.push(socket.on('error', () => {}).on('data', () => socket.write('+OK\r\n')));
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  upstream = await MisbehavingServer.start();
  upstream.on('POST /api/token', json({ token: 'service' })).on('GET /api/users', json([]));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => redis.close(closed));
  await upstream.stop();
  await rm(folder, { recursive: true });
});

const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

/** A gateway with everything that can be open: admin port, Redis, journal, watcher. */
function everything(): GatewayOverrides {
  const redisUrl = `redis://127.0.0.1:${portOf(redis)}`;
  return {
    admin: { host: '127.0.0.1', port: 0 },
    redisUrl,
    rateLimit: { points: 1000, windowMs: 1000 },
    serviceKey: { keyId: 'key', keySecret: 'secret' },
    changes: {
      file: join(folder, 'changes.db'),
      history: { rows: 100, ageMs: 60_000 },
      backlog: 10,
      watch: { everyMs: 60_000, calls: 10 },
      redisUrl,
    },
  };
}

/** What of a gateway the process holds: servers, sockets, and files of the journal. */
function resources() {
  const active = process.getActiveResourcesInfo();
  const files = readdirSync('/proc/self/fd').flatMap((fd) => {
    const file = linkOf(`/proc/self/fd/${fd}`);
    return file.startsWith(folder) ? [file] : [];
  });
  return {
    servers: active.filter((name) => name === 'TCPServerWrap').length,
    sockets: active.filter((name) => name === 'TCPSocketWrap').length,
    files,
  };
}

/** The file of a descriptor; none for the one that reading the folder took. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Waits until the process holds no more than it did before. */
async function released(before: ReturnType<typeof resources>): Promise<void> {
  for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close');
  await expect.poll(resources).toEqual(before);
}

test('a gateway whose port is taken leaves nothing open: no admin port, journal, watcher or Redis', async () => {
  const before = resources();
  await expect(
    GatewayUnderTest.start(upstream.url, { ...everything(), port: portOf(redis) }),
  ).rejects.toThrow('EADDRINUSE');
  await released(before);
});

test('a gateway that cannot open its journal leaves nothing open', async () => {
  const before = resources();
  const { changes, ...rest } = everything();
  if (!changes) throw new Error('there is a journal');
  await expect(
    GatewayUnderTest.start(upstream.url, { ...rest, changes: { ...changes, file: folder } }),
  ).rejects.toThrow('EISDIR');
  await released(before);
});

test('a gateway that is stopped leaves nothing open, its counters in Redis among it', async () => {
  const before = resources();
  const gateway = await GatewayUnderTest.start(upstream.url, everything());
  await expect.poll(() => sockets.filter(({ bytesRead }) => bytesRead > 0).length).toBe(3);
  await gateway.stop();
  await released(before);
});
