import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';
import { Container } from './container.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rolegraph-image-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const image = build(checkout, folder);
const { healthcheck } = image;
assert(healthcheck, 'The image has no health check');
assert.notEqual(image.user, 'root', 'The image runs as root');

say('the health check fails where nothing runs');
const idle = new Container(image, ['sleep', '60']);
assert.equal(await idle.passes(healthcheck), false);
await idle.kill();

say('the image starts and becomes healthy');
const container = new Container(image);
try {
  await container.healthy(healthcheck);
  say("the README's command inside prints a token, and the token reads the graph");
  const token = (await container.exec(['rolegraph', 'token', 'ada@example.com'])).trim();
  const query = `fetch('http://127.0.0.1:4000/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ${token}' },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  }).then((response) => response.text()).then(console.log)`;
  assert.deepEqual(JSON.parse(await container.exec(['node', '-e', query])), {
    data: { viewer: { id: 'ada@example.com' } },
  });
  say('the explorer is in the image');
  const status = "fetch('http://127.0.0.1:4000/explorer').then(({ status }) => console.log(status))";
  assert.equal((await container.exec(['node', '-e', status])).trim(), '200');
} finally {
  say('SIGTERM to process 1 ends it with 0');
  assert.equal(await container.stop(), 0);
}
say('done');

function say(what: string): void {
  process.stdout.write(`-- ${what}\n`);
}
