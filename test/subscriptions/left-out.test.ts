import { expect, onTestFinished, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { EVENT_STREAM, RawStream } from './raw-stream.ts';

test('a stream tells what a list had to do without, as the answer to a query does', async () => {
  const server = await MisbehavingServer.start();
  onTestFinished(() => server.stop());
  const gateway = await GatewayUnderTest.start(server.url, {
    changes: { file: ':memory:', history: { rows: 100, ageMs: 3_600_000 }, backlog: 10, watch: null },
  });
  onTestFinished(() => gateway.stop());
  server
    .on('GET /api/token/userInfo?claims=true', json({ id: 'ann', roles: [], groups: [], permissions: [] }))
    .on('GET /api/groups/eng', json({ id: 'eng', description: 'Engineering', roles: [] }))
    .on('GET /api/groups/eng/users', json([{ id: 'ann' }, null]));
  const headers = { accept: EVENT_STREAM, authorization: 'Bearer x' };
  const stream = await RawStream.open(
    gateway.endpoint,
    'subscription { groupUpdated(id: "eng") { id members { nodes { id } } } }',
    headers,
  );
  onTestFinished(() => stream.leave());
  expect(await stream.next()).toMatchObject({
    data: { groupUpdated: { id: 'eng', members: { nodes: [{ id: 'ann' }] } } },
    errors: [{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE', requestId: expect.any(String) } }],
  });
});
